/**
 * What the journal's facts say in Korean, by name: the same figures as in the templates of their kinds. The component
 * comes first, with a colon, as particles depend on how a name is pronounced. Names of settings are never translated.
 */
export const FACTS_KO: Readonly<Record<string, string>> = {
  ...loadFacts(),
  ...kubernetesFacts(),
  ...serviceFacts(),
  ...databaseFacts(),
  ...proxyFacts(),
  ...addressFacts(),
  ...networkFacts(),
  ...timelineFacts(),
};

function loadFacts(): Record<string, string> {
  return {
    "circuit-open": "{component}: circuit breaker 열림 (호출 {of}건 중 실패 {failures}건, 느린 호출 {slow}건)",
    "bulkhead-full": "{component}: bulkhead 가득 참 (동시 호출 {maxConcurrentCalls}건)",
    "client-throttles": "{component}: 서버가 받아들이는 호출이 너무 적어 자기 호출의 {percent} %를 스스로 거부",
    "test-run-begins": "{component}: VU {vus}개로 부하 테스트 시작",
    "iterations-begin": "{component}: 부하 테스트 시작 (iteration {iterations}회, VU {vus}개)",
    "arrivals-begin": "{component}: 부하 테스트 시작 (초당 iteration {rate}회 목표, VU {vus}개, 최대 {maxVUs}개)",
    "vus-change": "{component}: VU 수를 {seconds}초에 걸쳐 {from}개에서 {to}개로 변경",
    "arrivals-change": "{component}: 초당 iteration을 {seconds}초에 걸쳐 {from}회에서 {to}회로 변경",
    "all-vus-busy":
      "{component}: 응답이 느려 iteration을 버림 (VU {vus}개 모두 사용 중, 최대 {maxVUs}개, 그중 {waiting}개는 응답 대기; 지금까지 평균 요청 {requestMs} ms, iteration {iterationMs} ms)",
    "own-link-saturated":
      "{component}: 자기 네트워크 링크가 포화되어 iteration을 버림 (VU {vus}개 모두 사용 중, 최대 {maxVUs}개, 그중 {waiting}개는 응답 대기; 지금까지 평균 요청 {requestMs} ms, iteration {iterationMs} ms)",
    "too-few-vus":
      "{component}: VU가 모자라 iteration을 버림 (초당 {rate}회, 한 회에 최소 {leastMs} ms이므로 응답이 아무리 빨라도 VU {needed}개가 필요한데 {vus}개뿐, 최대 {maxVUs}개)",
    "test-run-aborted": "{component}: {seconds}초 후 부하 테스트 중단 (threshold 위반, 값 {value})",
    "threshold-crossed": "{component}: 부하 테스트 종료 시 threshold 위반 (값 {value})",
    "test-run-ends":
      "{component}: {seconds}초 후 부하 테스트 종료 (iteration 완료 {iterations}회, 버림 {dropped}회, 중단 {interrupted}회, 초당 요청 {rate}건)",
    "load-begins": "{component}: 시작, 초당 {rate}명",
    "users-begin": "{component}: 시작, 사용자 {users}명",
    "recording-begins": "{component}: 시작, 기록된 대로 {people}명",
    "users-change": "{component}: 사용자 수를 {seconds}초에 걸쳐 {from}명에서 {to}명으로 변경",
    "load-changes": "{component}: 부하를 {seconds}초에 걸쳐 초당 {from}명에서 {to}명으로 변경",
    "outage-partial": "{component}: 원하는 것을 얻는 사람이 {goodput} %뿐, {since}초부터 계속 부족",
    "outage-complete": "{component}: 원하는 것을 얻는 사람이 {goodput} %, {since}초부터 거의 없음",
  };
}

function kubernetesFacts(): Record<string, string> {
  return {
    "no-ready-endpoints": "{component}: 트래픽을 보낼 ready 파드가 없음 (전체 {of}개)",
    "few-endpoints-take-all": "{component}: ready 파드가 {of}개 중 {ready}개뿐이고, 이들이 모든 트래픽을 받음",
    "readiness-probe-fails": "{component}: readiness probe 실패, 파드 {of}개 중 {failing}개",
    "pod-unready": "{component}: ready가 아님",
    "new-pods-not-ready":
      "{component}: 새 파드의 probe가 계속 실패 (새 파드 {newPods}개 중 {neverReady}개는 아직 한 번도 ready가 아님)",
    "pods-pending":
      "{component}: 파드 {pending}개가 Pending (노드 {nodes}개 중 {tooManyPods}개는 가득 찼거나 cordon됨, {skewed}개는 분산 제약에 맞지 않음)",
    "rollout-under-way": "{component}: 파드 {pods}개를 다른 리비전으로 교체 중",
    "rollout-stuck": "{component}: rollout이 {seconds}초 동안 진행되지 않음",
    "drain-blocked":
      "{component}: disruption budget 때문에 drain 대기 (ready {ready}개, {minAvailable}개는 유지해야 함)",
    "liveness-probe-failed": "{component}: liveness probe 실패로 재시작 ({restarts}번째)",
    "startup-probe-failed": "{component}: startup probe 실패로 재시작 ({restarts}번째)",
    rescaled: "{component}: replica를 {from}개에서 {to}개로 조정 (파드 사용률이 목표의 {utilization} %)",
  };
}

function serviceFacts(): Record<string, string> {
  return {
    "pool-exhausted": "{component}: 한 파드가 풀의 연결 {limit}개를 모두 사용 중, 요청이 연결을 기다림",
    "concurrency-limited": "{component}: 호출을 돌려보냄 (학습한 동시 처리 한도 {limit}건, 현재 {inflight}건)",
    "accept-queue-full": "{component}: accept queue 가득 참 (연결 {waiting}개가 accept()를 기다림, backlog {backlog})",
    "syn-queue-full":
      "{component}: SYN queue 가득 참 (handshake {underWay}건 진행 중, backlog {backlog}, tcp_max_syn_backlog {tcp_max_syn_backlog})",
    "workers-all-busy": "{component}: 한 파드의 worker {workers}개가 모두 사용 중, 호출이 worker를 기다림",
    "cores-all-busy": "{component}: 한 파드의 코어 {cores}개가 모두 사용 중, 호출이 오래 기다림",
    "event-loop-busy": "{component}: 한 파드의 event loop에 쉴 틈이 없어 준비된 일이 차례를 기다림",
    "queue-full": "{component}: 한 파드에서 호출 {limit}건이 대기 중, 더 오는 호출은 거절됨",
    "queue-sheds": "{component}: 줄지 않는 queue에서 {milliseconds} ms 넘게 기다린 호출을 버림",
    "worker-timeout": "{component}: {seconds}초 동안 응답이 없던 worker를 종료, 그 worker의 호출도 함께 끊김",
    "cache-cold":
      "{component}: cache가 비어 있음, 전에는 호출의 {percent} %를 직접 응답했으나 지금은 대부분 그대로 전달",
    "machine-saturated": "{component}: 코어 {cores}개가 모두 사용 중, 작업 {running}개가 나누어 씀",
    "cpu-credits-exhausted": "{component}: CPU credit 소진, 기준 성능만 사용 (코어 {cores}개 중 {baselineCores}개분)",
    "backlog-grows":
      "{component}: 작업 대기열이 길어짐 (초당 {arriving}개 도착, 프로세스 {processes}개가 {done}개 처리; 하나에 {milliseconds} ms이므로 {needed}개가 필요)",
  };
}

function databaseFacts(): Record<string, string> {
  return {
    "disk-saturated": "{component}: 처리할 수 있는 것보다 일이 많음 (요청 {waiting}건 대기)",
    "io-credits-used-up": "{component}: I/O credit 소진, 초당 요청 {iops}건으로 떨어짐",
    "connection-limit-reached":
      "{component}: 연결 한도 도달, {max_connections}개 중 {connections}개 (풀에서 유휴 {idle}, 사용 중 {borrowed}, 로그인 중 {connecting}, probe {probe}, monitor {monitor}, 버려짐 {abandoned})",
    "writes-refused": "{component}: read_only 상태라 쓰기를 거부",
    "replication-broken": "{component}: source의 binary log를 더 이상 받지 못함",
    "client-limit-reached": "{component}: maxclients 도달 ({maxclients}개 중 {connected_clients}개)",
    "command-thread-saturated":
      "{component}: command thread가 밀림 (왕복 {waiting}건 대기, 마지막에 온 것은 {milliseconds} ms)",
    "out-of-memory": "{component}: maxmemory 도달 ({maxmemory} bytes 중 {used_memory} bytes)",
    "write-lock-contended":
      "{component}: 다른 세션이 쓰는 동안 세션 {waiting}개가 파일 잠금을 polling (최대 {milliseconds} ms)",
    "dead-master":
      "{component}: orchestrator가 죽은 것으로 판단 (접속되지 않고, replica {replicas}개 중 복제하는 것이 없음)",
    "unreachable-master": "{component}: orchestrator가 접속하지 못하지만 replica는 아직 복제 중",
    "recovery-not-automatic":
      "{component}: 교체되지 않음, RecoverMasterClusterFilters에 이 클러스터가 없어 사람이 해야 함",
    "recovery-blocked":
      "{component}: 교체되지 않음, 클러스터가 {seconds}초 전에 복구되어 아직 RecoveryPeriodBlockSeconds 안",
    "recovery-begins": "{component}: 죽은 source의 교체 시작",
    "recovery-failed": "{component}: 승격할 수 있는 replica가 없음",
    promoted: "{component}: source로 승격, 이전 source의 트랜잭션 {lost}개는 유실",
  };
}

function proxyFacts(): Record<string, string> {
  return {
    "server-shunned": "{component}: 연속 실패 {failures}회 후 shun됨 (반복)",
    "pool-at-max_connections": "{component}: 연결을 모두 사용 중 ({max_connections}개 중 {ConnUsed}개), 쿼리가 기다림",
    "became-writer": "{component}: 이제부터 쓰기를 받음 (서버가 read_only=0)",
    "became-reader": "{component}: 더 이상 쿼리를 받지 않음 (서버가 read_only=1이거나 응답이 없음)",
    "cluster-out-of-sync":
      "{component}: 클러스터의 다른 것과 설정이 계속 다름 (지금까지 확인 {diff_check}회): 시작 후 아무도 load하지 않았거나 둘이 같은 초에 load함",
    "configuration-synced": "{component}: 클러스터의 다른 것에서 더 새로운 설정을 가져옴",
    "query-blocked": "{component}: error_msg가 있는 규칙으로 쿼리를 거부",
    "query-timeout": "{component}: {limit}초 넘게 걸리는 쿼리를 kill",
    "frontend-full": "{component}: 클라이언트를 거절, 세션 {max_connections}개 중 {connections}개",
    "upstream-disabled": "{component}: 실패해서 건너뜀 (fail_timeout 안에 {max_fails}회)",
    "upstream-fails": "{component}: upstream 서버가 거부하거나 끊거나 오류로 응답",
    "upstream-times-out": "{component}: upstream 서버가 제때 응답하지 않음",
    "no-live-upstreams": "{component}: 살아 있는 upstream 서버가 없음",
    "worker_connections-not-enough":
      "{component}: 한 worker의 worker_connections {worker_connections}개를 모두 사용 중",
    "workers-busy": "{component}: 요청이 worker의 프로세서를 기다림",
    "maxconn-reached": "{component}: 서버의 슬롯 {maxconn}개를 모두 사용 중, 요청이 기다림",
    "timeout-queue": "{component}: 요청이 허용된 시간만큼 슬롯을 기다림",
    "connection-fails": "{component}: 서버에 연결하지 못함",
    "server-fails": "{component}: 서버가 연결을 끊거나 너무 늦거나 오류로 응답",
    "server-down": "{component}: down, 연속 확인 실패 {fall}회",
    "no-server-available": "{component}: up인 서버가 없음",
    "threads-busy": "{component}: 요청이 thread의 프로세서를 기다림",
    "circuit-breaker-open":
      "{component}: circuit breaker 열림 (max_connections {max_connections}, max_pending_requests {max_pending_requests}, max_requests {max_requests})",
    "retries-overflow": "{component}: 진행 중인 재시도가 충분해 실패한 것을 다시 시도하지 않음",
    "host-fails": "{component}: host가 거부하거나 끊거나 오류로 응답",
    "host-times-out": "{component}: host가 제때 응답하지 않음",
    "host-ejected": "{component}: outlier로 제외됨",
    "healthy-panic": "{component}: 정상 host가 {threshold} % 미만이라 모든 host를 사용",
    "no-healthy-upstream": "{component}: 정상 host가 없음",
  };
}

function addressFacts(): Record<string, string> {
  return {
    "address-out-of-service":
      "{component}: 서비스 불가, host {hosts}개 중 주소를 가지면서 프로세스가 실행 중인 것이 없음",
    "host-down": "{component}: host가 down",
    "host-cut-off": "{component}: host가 네트워크에서 끊김",
    "check-failing": "{component}: check 연속 실패 {fall}회",
    "check-recovered": "{component}: check가 다시 성공",
    "priority-lowered": "{component}: priority를 {from}에서 {to}로 낮춤",
    "fault-state": "{component}: FAULT 상태, 주소를 내려놓음",
    "adverts-discarded":
      "{component}: 자기 priority {own}보다 낮은 {theirs}의 advert를 버리고 타이머가 끝나기를 기다림",
    "became-master": "{component}: priority {priority}로 MASTER가 되어 주소를 가져감",
    "became-backup": "{component}: 자기 priority {own}보다 높은 {theirs}를 듣고 주소를 내려놓음",
  };
}

function networkFacts(): Record<string, string> {
  return {
    "packets-dropped": "{component}: 패킷 버림, {bufferMs} ms 버퍼가 가득 참",
    "bandwidth-saturated":
      "{component}: 대역폭 한도 {capacityMbit} Mbit/s 도달 (대기 {backlogMs} ms, 지금까지 버린 패킷 {dropped}개)",
    "no-ephemeral-ports":
      "{component}: 한 목적지로 쓸 로컬 포트가 없음 ({ports}개 중 사용 중 {inUse}개, TIME_WAIT {timeWait}개)",
    "conntrack-table-full": "{component}: 연결 {connections}개를 추적 중, nf_conntrack_max는 {nf_conntrack_max}",
    "dns-lookups-fail": "{component}: DNS 조회 패킷이 유실되어 resolver의 timeout을 기다림 (지금까지 {lost}건)",
  };
}

function timelineFacts(): Record<string, string> {
  return {
    scaled: "{component}: 운영자가 파드 {to}개로 scale",
    "parameter-set": "{component}: 운영자가 파라미터를 {to}(으)로 설정",
    "rolled-out": "{component}: 운영자가 다른 리비전을 rollout",
    killed: "{component}: {count}개 강제 종료됨",
    restarted: "{component}: 운영자가 {count}개 재시작",
    stopped: "{component}: 중지됨",
    started: "{component}: 시작됨",
    drained: "{component}: 운영자가 노드 {count}개를 drain",
    "cut-off": "{component}: 같은 그룹 전체가 네트워크에서 끊김",
    slowed: "{component}: 같은 그룹 전체가 {by}배 느려짐",
    "held-back": "{component}: 가정에 따라 아무도 손대지 않음",
    "back-to-normal": "{component}: 같은 그룹 전체가 다시 정상 동작",
  };
}
