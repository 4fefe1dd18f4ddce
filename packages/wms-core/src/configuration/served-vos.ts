/** Which VOs a place is for: nobody else's pilots are sent there, and none there take anybody else's jobs. Pure. */

/** True when every one of the places, such as a site and its batch queue, is for this VO. An empty list means all. */
export const serveVo = (vo: string, ...places: readonly { readonly vos: readonly string[] }[]): boolean =>
  places.every(({ vos }) => vos.length === 0 || vos.includes(vo));
