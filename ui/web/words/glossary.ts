import type { Language } from "../settings.ts";

/** What terms mean that are not translated, as products spell them. */
export const GLOSSARY: readonly ({ readonly term: string } & Readonly<Record<Language, string>>)[] = [
  gloss("goodput", "share of people who got what they wanted", "원하는 것을 얻은 사람의 비율"),
  gloss(
    "max_connections",
    "how many connections a server or a pool may have",
    "서버나 풀이 가질 수 있는 연결 수의 한도",
  ),
  gloss("readiness", "whether a pod gets traffic", "파드가 트래픽을 받을 수 있는지 여부"),
  gloss("ready", "a pod that gets traffic", "트래픽을 받을 수 있는 파드의 상태"),
  gloss("liveness", "whether a pod must be restarted", "파드를 재시작해야 하는지 여부"),
  gloss("probe", "a check that Kubernetes makes again and again", "Kubernetes가 되풀이하는 상태 확인"),
  gloss("shun", "ProxySQL leaves a server alone that fails", "ProxySQL이 실패하는 서버를 한동안 쓰지 않음"),
  gloss("Pending", "a pod for which no node has room", "들어갈 노드가 없어 기다리는 파드"),
  gloss("rollout", "pods are replaced by others of a new revision", "파드를 새 리비전으로 차례로 교체"),
  gloss("drain", "pods are moved off a node", "노드에서 파드를 비움"),
  gloss("disruption budget", "how many pods must stay", "유지해야 하는 파드 수의 규칙"),
  gloss("replica", "one of several that do the same", "같은 일을 하는 여럿 중 하나"),
  gloss("backlog", "room of a queue of the operating system", "운영체제 대기열의 크기"),
  gloss("accept queue", "connections that wait for accept()", "accept()를 기다리는 연결의 대기열"),
  gloss("SYN queue", "handshakes under way", "진행 중인 handshake의 대기열"),
  gloss(
    "TIME_WAIT",
    "a port is kept for a while after a connection",
    "연결이 끝난 뒤에도 포트를 잠시 붙잡아 두는 상태",
  ),
  gloss("event loop", "the one thread that runs a Node process's code", "Node 프로세스의 코드를 실행하는 단일 스레드"),
  gloss(
    "worker",
    "a process or thread that serves one call at a time",
    "한 번에 호출 하나를 처리하는 프로세스나 스레드",
  ),
  gloss("VU", "virtual user of k6", "k6의 가상 사용자"),
  gloss("iteration", "one round of a k6 script", "k6 스크립트 한 회"),
  gloss("threshold", "pass or fail of a k6 test run", "k6 부하 테스트의 합격 기준"),
  gloss("upstream", "the servers behind a proxy", "프록시 뒤의 서버"),
  gloss("circuit breaker", "stops calls for a while after failures", "실패가 이어지면 호출을 잠시 막는 장치"),
  gloss("bulkhead", "a limit on calls at the same time", "동시 호출 수의 한도"),
  gloss("outlier", "a host that fails more than others", "다른 것보다 많이 실패하는 host"),
  gloss("orchestrator", "replaces a dead MySQL source", "죽은 MySQL source를 교체하는 도구"),
  gloss("source", "the MySQL server that takes writes", "쓰기를 받는 MySQL 서버"),
  gloss("binary log", "from which replicas repeat writes", "replica가 쓰기를 따라 하는 기록"),
  gloss("read_only", "a server that refuses to write", "쓰기를 거부하는 서버 설정"),
  gloss("advert", "by which keepalived says that it is alive", "keepalived가 살아 있음을 알리는 메시지"),
  gloss("priority", "who of the keepalived holds the address", "keepalived 중 누가 주소를 가질지 정하는 값"),
  gloss("seed", "the number from which all chance is drawn", "모든 무작위 값이 나오는 출발 수"),
  gloss("Wilson", "95 % interval for a share", "비율의 95 % 신뢰구간"),
];

/** The terms that a text uses. */
export function termsIn(text: string): typeof GLOSSARY {
  return GLOSSARY.filter(({ term }) => new RegExp(`(^|[^A-Za-z_])${term}`).test(text));
}

function gloss(term: string, en: string, ko: string) {
  return { term, en, ko };
}
