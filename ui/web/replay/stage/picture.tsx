import { effect, type ReadonlySignal, useSignal } from "@preact/signals";
import type { RefObject } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { look } from "../../route.ts";
import { theme } from "../../settings.ts";
import type { Player } from "../player.ts";
import { type Colours, coloursOf } from "./colours.ts";
import { Governor } from "./governor.ts";
import { actorAt } from "./layout.ts";
import { Painter } from "./painter.ts";
import type { Scene, Stage, View } from "./scene.ts";

interface PictureProps {
  readonly stage: Stage;
  readonly player: Player;
  /** How it is looked at, but for the width of the place and what the machine can do. */
  readonly view: ReadonlySignal<Omit<View, "width" | "detail">>;
  /** What the picture shows in words. */
  readonly summary: string;
  readonly onReduced: (isReduced: boolean) => void;
}

/** The stage as a picture: three canvases over each other. Nothing is painted unless something has changed. */
export function Picture({ stage, player, view, summary, onReduced }: PictureProps) {
  const place = useRef<HTMLDivElement>(null);
  const width = useWidth(place);
  const scene = useRef<Scene | undefined>(undefined);
  useEffect(() => {
    const [base, cells, fx] = place.current!.querySelectorAll("canvas");
    const painter = new Painter({ base: base!, cells: cells!, fx: fx! });
    const governor = new Governor();
    let [frame, colours, ofTheme]: [number, Colours | undefined, string] = [0, undefined, ""];
    const paint = (now: number) => {
      frame = 0;
      if (ofTheme !== theme.peek()) colours = coloursOf(document.documentElement);
      ofTheme = theme.peek();
      if (player.isPlaying.peek()) governor.painted(now);
      else governor.rest();
      onReduced(governor.detail < 1);
      const whole: View = { ...view.peek(), width: width.peek(), detail: governor.detail || 1 };
      const seen: View = governor.detail === 0 ? { ...whole, flow: "lines" } : whole;
      scene.current = stage.scene(player.time.peek(), seen, scene.current);
      painter.paint(scene.current, colours!);
      Object.assign(fx!.dataset, {
        dots: painter.counts.dots,
        cells: painter.counts.cells,
        paints: painter.counts.paints,
      });
    };
    const stop = effect(() => {
      const watched = [player.time.value, player.isPlaying.value, view.value, width.value, theme.value];
      if (frame === 0 && watched[3] !== 0) frame = requestAnimationFrame(paint);
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
    };
  }, [stage, player, view, width, onReduced]);
  const choose = ({ offsetX, offsetY }: MouseEvent) => {
    const found = scene.current === undefined ? undefined : actorAt(scene.current.layout, offsetX, offsetY);
    look({ sel: found?.actor.id ?? "" });
  };
  return (
    <div class="stage-picture" ref={place}>
      <canvas />
      <canvas />
      <canvas role="img" aria-label={summary} onClick={choose} />
    </div>
  );
}

/** How wide an element is, in whole CSS pixels; 0 until it is known. */
function useWidth(place: RefObject<HTMLDivElement | null>): ReadonlySignal<number> {
  const width = useSignal(0);
  useEffect(() => {
    const observer = new ResizeObserver(([entry]) => {
      width.value = Math.floor(entry!.contentRect.width);
    });
    observer.observe(place.current!);
    return () => observer.disconnect();
  }, [place, width]);
  return width;
}
