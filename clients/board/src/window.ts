// Which rows of a long list are in sight. Pure.

export interface Sight {
  readonly first: number;
  /** One past the last. */
  readonly end: number;
}

/** Rows drawn above and below what is in sight, so that scrolling finds them there. */
const margin = 4;

/** The rows to draw of `count`, each `height` high, where `room` of them is in sight from `top` on. */
export function inSight(count: number, height: number, top: number, room: number): Sight {
  if (height <= 0 || count === 0) {
    return { first: 0, end: 0 };
  }
  const first = Math.max(0, Math.min(count, Math.floor(top / height)) - margin);
  const end = Math.min(count, Math.ceil((top + room) / height) + margin);
  return { first, end: Math.max(first, end) };
}

/** Where to scroll so that row `at` is wholly in sight; undefined where it is. */
export function scrollTo(at: number, height: number, top: number, room: number): number | undefined {
  const start = at * height;
  if (start < top) {
    return start;
  }
  return start + height > top + room ? start + height - room : undefined;
}
