/** Titles and stories of the scenarios that come with Brownout, in Korean, by their names. */
export const LIBRARY_KO: Readonly<Record<string, { readonly title: string; readonly story?: string }>> = {
  "scale-out-cascade": {
    title: "스케일 아웃이 부분 장애를 완전 장애로 만든다",
    story:
      "사람들은 두 가지를 요청합니다. 70 %는 여유가 있는 main-db가, 30 %는 작은 noti-db가 필요합니다. 둘 다 각 존에 세 개씩 있는 ProxySQL 파드를 거칩니다. 부하가 3분의 1 늘자 noti-db가 연결 한도에 닿고, noti-db에 로그인하는 readiness probe가 가끔 자리를 얻지 못합니다. 운영자는 ready가 아닌 파드를 보고 스케일 아웃합니다. 먼저 서비스를, 이어서 ProxySQL을 6개에서 43개로 늘립니다. zone-a에는 세 개만 들어갑니다. ready가 된 파드마다 noti-db에 유휴 연결을 남겨 두고, 모든 파드가 monitor 연결을 하나씩 잡으므로, noti-db는 아무 일도 하지 않는 연결로 가득 찹니다. probe는 더 이상 통과하지 못하고, 얼마 남지 않은 ready 파드가 모든 트래픽을 받아 노드의 대역폭이 모자라며, 거기서도 probe가 실패해 결국 ready 파드가 하나도 없습니다. main-db만 필요했던 사람들까지 끊깁니다.",
  },
  "read-write-split": {
    title: "ProxySQL이 읽기와 쓰기를 나누고, 이전 source가 죽은 뒤 쓰기가 새 source를 찾아간다",
    story:
      "셸의 반복문이 ProxySQL 하나를 거쳐 서른 행을 insert합니다. 한 행마다 새 mysql 프로세스를 띄우고 1초 쉽니다. 쓰기는 db001로, 읽기는 세 대 모두로 갑니다. 중간에 db001이 멈춥니다. 포트가 바로 거부하므로 ProxySQL은 db001을 shun하고 insert는 기다립니다. orchestrator는 다음 확인에서 db001이 없음을 알고, 복제하는 replica가 하나도 없음을 본 뒤 db002를 source로 만듭니다. ProxySQL은 1.5초마다 누가 쓰기를 받는지 묻고, db002를 찾아 insert를 보냅니다. 그때까지 10초를 넘게 기다렸다면 오류 9001이 되고 한 행이 줄어듭니다.",
  },
  "two-cores": {
    title: "호스트의 4분의 1이 노는데, 초당 150건을 하는 event loop에 초당 500건이 온다",
    story:
      "Node 프로세스와 MySQL이 코어 두 개짜리 호스트를 나누어 씁니다. 요청 하나는 20 ms이고 절반은 네트워크입니다. 초당 500건 중 150건만 통과합니다. 요청 하나에 event loop 6 ms가 필요하고, 다른 것이 아무리 놀아도 loop는 코어 하나만 씁니다. MySQL은 다른 코어의 절반을 쓰므로 바빠 보이는 것이 없습니다. 느린 쿼리도, 눈에 띄는 함수도 없습니다. loop가 바쁜 동안에는 한 바퀴에 연결을 하나만 accept합니다. 10초 동안 VU 약 250개만 들어오고, 나머지는 handshake를 기다립니다. net.core.somaxconn이 511인 backlog를 128로 줄이므로 accept queue에는 연결 129개가 들어가고, 더 오는 SYN은 버려져 1, 3, 7초 뒤에 다시 옵니다. k6는 이것을 http_req_duration에 넣지 않습니다. 모든 VU가 사용 중일 때 올 것은 아예 보내지지 않습니다. MySQL 연결이나 메모리를 늘려도 달라지지 않습니다. 둘 다 모자라지 않기 때문입니다.",
  },
  "keepalived-failover": {
    title: "ProxySQL 두 대가 주소 하나를 나누어 쓰고, 하나가 죽으면 옮겨 가는 데 6초가 걸린다",
    story:
      "클라이언트는 server1의 keepalived가 가진 주소로 insert마다 새 연결을 하나씩 차례로 엽니다. server1의 ProxySQL이 강제 종료됩니다. 포트는 바로 거부하지만 아직 아무도 주소를 옮기지 않습니다. server1의 check는 2초마다 돌고 두 번 실패해야 하며, 그때도 priority를 100에서 80으로 낮출 뿐입니다. server2는 80인 advert 세 개를 버리고, 마지막 정상 advert가 시작한 타이머가 끝나면 주소를 가져갑니다. 모두 타이머를 기다리는 시간입니다. 5.648초 + X - Y이며, X는 강제 종료에서 다음 check까지(0~2초), Y는 마지막 정상 advert의 나이(0~1초)입니다.",
  },
  "fan-out": {
    title: "글 하나가 insert 501번이고, k6를 네 번 돌리면 네 가지 다른 이야기를 한다",
    story:
      "누군가 글을 쓰면 친구 500명의 피드에 들어갑니다. 요청 하나에 insert가 501번입니다. 이 파일은 두 번째 실행이고, 변형은 나머지 세 실행과 한 가지만 달랐다면 어떻게 되었을지를 보여 줍니다. 두 번째 실행에서 데이터베이스는 연결을 150개만 받습니다. 연결을 얻은 글은 10초가 걸리고, 얻지 못한 요청에는 300 kB짜리 오류 페이지로 응답합니다. 오류 페이지는 글 하나만큼 프로세서를 쓰고, 곧바로 다시 요청이 옵니다. 그래서 서비스는 초당 요청 100건이라고 보고하고, 프로세서는 실패를 처리하느라 바쁩니다. 세 번째 실행에서는 연결을 1,000개까지 받아 거의 아무도 실패하지 않습니다. 거의 500개의 글이 동시에 데이터베이스에 있어 더 느려집니다. 초당 성공하는 글은 전보다 적고, 하나에 41초, 어떤 것은 60초가 걸립니다.",
  },
  "offered-and-achieved": {
    title: "초당 500건을 보내려 했고 150건을 이루었는데, 바빠 보이는 것이 없다",
    story:
      "k6 스크립트가 초당 iteration 500회를 시작합니다. 한 회는 요청 하나와 sleep(1)입니다. 작성자의 컴퓨터에서는 초당 450건, 배포된 곳에서는 150건으로 보고됩니다. 거기서도 요청 하나는 몇 ms면 됩니다. 요청 하나에 6.67 ms를 쓰는 프로세서 하나는 몇 명이 요청하든 초당 150건을 합니다. 1초 뒤에는 모든 VU가 사용 중이고, 대부분 응답을 기다립니다. 그때 올 것은 보내지지 않습니다. dropped iteration은 실패한 요청이 아니고 시간도 없습니다. 그래서 요청에 관한 모든 지표는 좋아 보이고, 150이라는 숫자는 서버의 것입니다.",
  },
  "pool-overflow": { title: "600건이 들어갈 자리가 있는 풀이 열 중 일곱에게 Queue limit reached라고 답한다" },
  "fan-out-open": {
    title: "초당 글 500건은 초당 insert 250,500번이고, 연결 151개는 insert 하나에 0.603 ms까지 견딘다",
  },
  "fan-out-spike": { title: "20초 동안 글이 너무 많이 오고, 글마다 insert 501번이 피드를 계속 쓰러져 있게 한다" },
  "autoscaler-blind": { title: "CPU만 보는 autoscaler가 사람들이 연결을 기다리는 동안 파드를 두 개로 둔다" },
  "cold-cache": { title: "cache가 재시작되고, 그 뒤의 서비스는 다시 일어서지 못한다" },
  "retry-server": { title: "10초 동안의 멈칫거림이 서버를 계속 쓰러져 있게 한다" },
  "rolling-update": { title: "이전 파드가 자기가 끝난다는 소식이 퍼지는 동안 계속 응답해, 아무도 모르는 rollout" },
  "task-backlog": { title: "웹 서비스는 일을 queue에 넘겨 빠르고, worker는 1분어치 일에 10분이 걸린다" },
  "lasting-overload": {
    title: "10초 동안의 과부하 뒤, 재시도가 서버를 계속 쓰러져 있게 한다",
    story:
      "서버에는 자리가 10개 있고 요청 하나에 100 ms가 걸리므로 초당 100건을 할 수 있습니다. 초당 60건은 문제가 없지만, 10초 동안 초당 300건이 옵니다. 그때부터 모두가 참을 수 있는 1초보다 오래 기다리고 두 번 더 시도해, 이제 아무도 기다리지 않는 요청으로 대기열을 채워 둡니다. 초당 60건이 시도 180건이 됩니다. 각 변형에는 과부하를 끝내는 클라이언트나 서버의 방어가 하나씩 있습니다.",
  },
  "expensive-failures": { title: "오류 페이지가 응답보다 비싸서, 오류가 급증하면 서비스가 일어나지 못한다" },
  hedging: { title: "다섯 파드 중 하나가 멈춘 채 남아 있고, 요청의 두 번째 사본이 이를 돌아간다" },
  "mesh-circuit-breaker": { title: "Envoy의 circuit breaker가 기다리는 요청을 줄여, 남은 요청은 제때 처리된다" },
  "mesh-outlier-ejection": { title: "Envoy가 뒤처진 host를 내버려 두어 따라잡게 한다" },
  "mesh-panic-threshold": {
    title: "정상으로 보이는 host가 너무 적으면 Envoy가 모두 사용해, 제외가 제외를 부르지 않는다",
  },
  "mesh-retry-budget": { title: "Envoy의 retry budget이 재시도가 부하가 되는 것을 막는다" },
  "ip-local-port-range": { title: "요청마다 연결을 열면 TIME_WAIT에 1분간 머무는 로컬 포트가 바닥난다" },
  "nf-conntrack-max": { title: "끝난 연결을 2분 동안 추적하는 노드는 표가 가득 차면 새 연결을 버린다" },
  somaxconn: { title: "511인 listen backlog가 net.core.somaxconn에서 128로 잘려, 새 연결이 몇 초씩 기다린다" },
  "tcp-abort-on-overflow": { title: "늦게라도 처리될 급증을 tcp_abort_on_overflow가 오류로 만든다" },
  "tcp-max-syn-backlog": { title: "SYN cookie가 없으면, 서버가 한가해도 먼 클라이언트가 SYN queue를 채운다" },
  "tcp-syn-retries": { title: "tcp_syn_retries가 3이면 네트워크가 돌아오기 전, 15초 만에 연결을 포기한다" },
  "accept-queue": { title: "50 ms마다 연결 하나를 accept하는 서버에 200개가 한꺼번에 연결 (Linux에서 측정)" },
  "connection-per-request": { title: "요청마다 연결 20개짜리 서버에 새로 연결 (실제 서버에서 측정)" },
  "group-commit": { title: "로그 sync가 5 ms 더 걸리는 동안 사용자 50명이 연결하고 insert (실제 서버에서 측정)" },
  "haproxy-queue": { title: "HAProxy가 서버에 한 번에 10건만 보내고 나머지는 기다림 (실제로 측정)" },
  "keepalived-check": { title: "프로세스가 죽은 keepalived의 priority를 check가 낮춤 (실제로 측정)" },
  "mysql2-pool": { title: "부하 0.8에서 연결 10개짜리 mysql2 풀을 기다림 (실제로 측정)" },
  "mysql2-pools-over-limit": { title: "연결 10개짜리 mysql2 풀 세 개가 연결 20개짜리 서버를 나누어 씀 (실제로 측정)" },
  "nginx-upstream-dies": { title: "nginx의 upstream 서버 세 대 중 하나가 죽었다 돌아옴 (실제로 측정)" },
  "sqlite-writers": { title: "프로세스 다섯 개가 SQLite 파일 하나에 쓰고, 대부분은 잠금을 polling (실제로 측정)" },
  "stalled-service": { title: "서버가 5초 동안 멈춘 뒤, 떠난 사람들의 밀린 요청을 처리 (실제로 측정)" },
};
