import { clock } from "../../../scenarios/experiment/clock.ts";
import { type LoadVerdict, loadVerdictOf, verdictOf } from "../../../scenarios/experiment/verdict.ts";
import type { Recording } from "../../../scenarios/recording/recording.ts";
import type { Language } from "../settings.ts";
import { factText } from "./journal-words.ts";

const OUTAGES_KO = { none: "장애 없음", partial: "부분 장애", complete: "완전 장애" } as const;

/**
 * What happened to each load, in a sentence. `isWhole` is false while the run is being computed: what there is then is
 * told as if it were all, and not as an interrupted run.
 */
export function verdictText(recording: Recording, language: Language, isWhole: boolean): string {
  const { loads, journal, reached, duration } = recording.result;
  const extent = { reached, duration: isWhole ? duration : reached };
  if (language === "en") return verdictOf(loads, journal, extent);
  const sentences = loads.map((load) => {
    const told = loadVerdictOf(load, journal, extent);
    return koreanOf(told, told.root === null ? "" : factText(told.root, recording, "ko"));
  });
  const interrupted =
    reached < extent.duration ? [`${clock(reached)}에 실행이 중단되었고, 그때까지 알려진 내용입니다.`] : [];
  return [...sentences, ...interrupted].join(" ");
}

function koreanOf({ path, outage, served, worst, partialSince, root }: LoadVerdict, rootText: string): string {
  const share = served === null ? "아무도 요청하지 않음" : `모든 사람의 ${served}가 서비스를 받음`;
  if (worst === null) return `${path}: 장애 없음; ${share}.`;
  const before = partialSince === null ? "" : `${clock(partialSince)}부터 부분 장애, 이어서 `;
  const end = worst.until === null ? "끝까지" : `${clock(worst.until)}까지`;
  const origin = root === null ? "" : ` 시작점은 ${clock(root.at)}, ${rootText}.`;
  return `${path}: ${before}${clock(worst.from)}부터 ${end} ${OUTAGES_KO[outage]}; 전체 실행에서 ${share}.${origin}`;
}
