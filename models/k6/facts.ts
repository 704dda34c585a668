/** What the entries of a k6 test run in the journal say. */
export const k6Facts = {
  "test-run-begins": "{component} begins a test run with {vus} VUs",
  "iterations-begin": "{component} begins a test run: {iterations} iterations for {vus} VUs",
  "arrivals-begin":
    "{component} begins a test run: {rate} iterations per second are to start, with {vus} VUs and at most {maxVUs}",
  "vus-change": "{component} changes from {from} to {to} VUs within {seconds} s",
  "arrivals-change": "{component} changes from {from} to {to} iterations per second within {seconds} s",
  "all-vus-busy":
    "{component} drops iterations because answers are slow: all {vus} VUs (of at most {maxVUs}) are busy, {waiting} of them wait for an answer; so far a request took {requestMs} ms and an iteration {iterationMs} ms on average",
  "own-link-saturated":
    "{component} drops iterations because its own link is saturated: all {vus} VUs (of at most {maxVUs}) are busy, {waiting} of them wait for an answer; so far a request took {requestMs} ms and an iteration {iterationMs} ms on average",
  "too-few-vus":
    "{component} drops iterations for lack of VUs of its own: {rate} iterations per second of at least {leastMs} ms need {needed} VUs however fast the answers are, and there are {vus} (at most {maxVUs})",
  "test-run-aborted": "{component} aborts its test run after {seconds} s: a threshold is crossed at {value}",
  "threshold-crossed": "{component}: a threshold is crossed at the end of the test run, at {value}",
  "test-run-ends":
    "the test run of {component} ends after {seconds} s: {iterations} iterations complete, {dropped} dropped, {interrupted} interrupted, {rate} requests per second",
} as const;
