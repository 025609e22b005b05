/** JSON as Biome formats it, so that a file that is generated passes the check. */
const LINE_WIDTH = 110;

export function biomeJson(value: unknown): string {
  const text = JSON.stringify(value, null, 2);
  // Lists of plain values stand on one line where they fit.
  const folded = text.replace(
    /\[\s+([^[\]{}]*?)\s+\](,?)/g,
    (all, list: string, comma: string, at: number) => {
      const oneLine = `[${list.replace(/\s+/g, ' ')}]${comma}`;
      const before = at - (text.lastIndexOf('\n', at) + 1);
      return before + oneLine.length <= LINE_WIDTH ? oneLine : all;
    },
  );
  return `${folded}\n`;
}
