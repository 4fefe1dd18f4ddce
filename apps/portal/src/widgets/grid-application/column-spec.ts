/** Columns as data: what a grid can show, what it shows first, and how the user's choice is laid over it. */
export type ColumnKind = 'id' | 'status' | 'text' | 'soft' | 'mono' | 'number' | 'instant';

export interface ColumnSpec {
  /** Attribute in the row, and sort parameter. */
  readonly id: string;
  /** As the user knows it, such as `LastUpdate[UTC]`. */
  readonly title: string;
  readonly kind: ColumnKind;
  /** Pixels. */
  readonly width: number;
  /** Takes what is left of the width. */
  readonly grows?: boolean;
  readonly isHidden?: boolean;
  /** Always shown. */
  readonly isFixed?: boolean;
}

/** Shown columns in order: the user's, or the default; fixed ones are never lost, unknown ones are dropped. */
export function shownColumns(
  specs: readonly ColumnSpec[],
  chosen: readonly string[] | null,
): readonly ColumnSpec[] {
  if (chosen === null) return specs.filter((spec) => spec.isHidden !== true);
  const byId = new Map(specs.map((spec) => [spec.id, spec]));
  const shown = chosen.flatMap((id) => byId.get(id) ?? []);
  const lost = specs.filter((spec) => spec.isFixed === true && !shown.includes(spec));
  return [...lost, ...shown];
}

/** Adds the column at its natural place, or removes it. */
export function toggleColumn(
  specs: readonly ColumnSpec[],
  chosen: readonly string[] | null,
  id: string,
): readonly string[] {
  const shown = shownColumns(specs, chosen).map((spec) => spec.id);
  if (shown.includes(id))
    return shown.filter((one) => one !== id || specs.some((spec) => spec.id === id && spec.isFixed === true));
  const order = specs.map((spec) => spec.id);
  const place = shown.findIndex((one) => order.indexOf(one) > order.indexOf(id));
  return place === -1 ? [...shown, id] : shown.toSpliced(place, 0, id);
}
