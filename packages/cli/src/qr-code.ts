/** A link as a QR code of half blocks, two rows of the code in a line, for the camera of a telephone. Pure. */
import { encode } from 'uqr';

/** Dark on light with a border, whatever colours the terminal has. */
const reverse = '\u001b[7m';
const normal = '\u001b[0m';

const blocks: Readonly<Record<string, string>> = { '00': ' ', '01': '▄', '10': '▀', '11': '█' };

/** Rows of true = dark, with the quiet border that readers need. */
export function qrModules(text: string): readonly (readonly boolean[])[] {
  return encode(text, { ecc: 'L', border: 2 }).data;
}

export function qrLines(text: string): readonly string[] {
  const rows = qrModules(text);
  const lines: string[] = [];
  for (let row = 0; row < rows.length; row += 2) {
    const upper = rows[row] ?? [];
    const lower = rows[row + 1] ?? [];
    // Reversed, what is drawn is the background: a light module is none of it.
    const drawn = upper.map((isDark, column) => blocks[`${Number(isDark)}${Number(lower[column] ?? false)}`]);
    lines.push(`${reverse}${drawn.join('')}${normal}`);
  }
  return lines;
}
