/**
 * Is somebody there? Requests that the page makes by itself carry a mark, so that a monitor left open does
 * not keep a session alive for ever.
 */
const awayAfterMs = 60_000;
let lastActAtMs = 0;

const noteAct = (): void => {
  lastActAtMs = Date.now();
};

export function watchPresence(): void {
  noteAct();
  for (const kind of ['pointerdown', 'pointermove', 'keydown', 'wheel', 'touchstart'])
    window.addEventListener(kind, noteAct, { passive: true, capture: true });
}

export const isSomebodyThere = (nowMs = Date.now()): boolean => nowMs - lastActAtMs < awayAfterMs;
