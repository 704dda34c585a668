import type { compareEn, sweepEn } from "./study-words.ts";

/** What a sweep says, in Korean. */
export const sweepKo: typeof sweepEn = {
  open: "탐색",
  title: (name) => `매개변수 탐색: ${name}`,
  what: "바꿀 값",
  forms: "명령줄과 같은 형식. 예:",
  axis: (at) => `매개변수 ${at + 1}`,
  assumed: (count) => `범위가 있는 가정값 ${count}개`,
  replications: "반복 횟수",
  doing: "실행",
  cost: (runs, cells, isRefined) =>
    `셀 ${cells}개, 실행 ${isRefined ? "최대 " : ""}${runs}회${isRefined ? " (분류가 갈리는 경계만)" : ""}`,
  time: (each, runs, threads) =>
    `1회당 약 ${spanOf(each)}, 스레드 ${threads}개로 모두 약 ${spanOf((each * runs) / threads)}`,
  begin: "실행",
  cancel: "취소하고 결과 유지",
  cancelled: "취소됨: 끝난 실행은 유지됩니다",
  copyCommand: "명령줄 복사",
  done: (done, known) => `실행 ${known}회 중 ${done}회 완료`,
  left: (ms) => `약 ${spanOf(ms)} 남음`,
  csv: "CSV 내보내기",
  fromFile: (file) => `파일: ${file}`,
  noSweep: (file) => `보여 줄 수 있는 탐색 결과가 없습니다: ${file}`,
  found: "결과",
  boundary: "가장 나쁜 분류의 경계(실행의 절반, 점선: 10 %와 90 %)",
  mapOf: (across, up) => `분류 지도: ${across} × ${up}`,
  sliceOf: (path, worst) => `${path}에 따른 “${worst}” 실행 비율(사각형)과 goodput(점)`,
  sliceAt: (path, value) => `단면: ${path} = ${value}`,
  parallelOf: (names) => `평행 좌표: ${names}`,
  noIntervals: (fewest) => `셀당 실행이 ${fewest}회 미만이면 구간을 표시하지 않습니다.`,
  inferredLegend: "테두리만 있는 셀: 실행하지 않음. 색 없는 기호는 주변 셀에서 추정한 분류",
  inferred: "추정",
  classes: (name) => CLASS_NAMES[name] ?? name,
  cell: ({ values, class: name, n, isInferred }) =>
    `${values.join(", ")}: ${name === null ? "알 수 없음" : (CLASS_NAMES[name] ?? name)}${isInferred ? ", 추정" : `, 실행 ${n}회`}`,
  runsOf: "셀의 실행",
  replay: (replication) => `반복 ${replication} 재생`,
  table: (count) => `셀 ${count}개의 표`,
  class: "분류",
  worstShare: (name) => `실행 비율: ${name}`,
  goodput: "goodput",
  show: "실행 보기",
};

/** What the comparison of two runs says, in Korean. */
export const compareKo: typeof compareEn = {
  title: (name) => `비교: ${name}`,
  side: (side) => `${side} 쪽`,
  change: "다른 점",
  same: "두 쪽은 같은 시나리오입니다.",
  identical: "두 실행은 완전히 같습니다.",
  identicalUntil: (clock) => `${clock}까지 같음`,
  only: (side, text) => `${side}에만: ${text}`,
  otherLuck: "두 실행은 시드나 반복 번호가 달라 같은 사람들을 만나지 않았습니다.",
  otherPeople: (load, clock) => `${load}: ${clock}부터 다른 사람들이 옵니다`,
  samePeople: "두 쪽에 같은 사람들이 옵니다.",
  metric: "지표",
  difference: "B − A",
  people: (load) => `사람 수: ${load}`,
  goodput: (load) => `goodput: ${load}`,
  failedAttempts: "실패한 시도",
  verdict: "판정",
  courses: "시간에 따른 goodput: A 실선, B 점선",
  runMany: (count) => `시드 ${count}개 실행`,
  pairs: (n) => `실행 쌍 ${n}개, 쌍마다 두 쪽에 같은 사람들`,
  mean: (side) => `평균: ${side}`,
  interval: "95 % 구간",
  correlation: "상관계수",
  outages: { complete: "전면 장애", any: "장애" },
  discordant: (both, onlyA, onlyB, neither, p) =>
    `둘 다 ${both}, A만 ${onlyA}, B만 ${onlyB}, 둘 다 아님 ${neither} (McNemar p = ${p})`,
  noInterval: "5쌍 미만: 구간 없음",
  better: (side) => `${side} 쪽이 확실히 더 낫습니다`,
  notSure: "어느 쪽이 더 나은지 확실하지 않습니다.",
};

/** "1.2초", "34분". */
function spanOf(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)}ms`;
  if (ms < 90_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)}초`;
  return ms < 5_400_000 ? `${Math.round(ms / 60_000)}분` : `${(ms / 3_600_000).toFixed(1)}시간`;
}

const CLASS_NAMES: Readonly<Record<string, string>> = {
  complete: "전면 장애",
  partial: "부분 장애",
  none: "장애 없음",
  fails: "불충족",
  undecided: "미정",
  holds: "충족",
  impossible: "불가능",
};
