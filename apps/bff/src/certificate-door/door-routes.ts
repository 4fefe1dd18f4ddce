/** Which addresses answer programs at the certificate port. */

/** Log-ins that begin here would leave a cookie, which browsers send to every port of a host. */
const forPrograms = /^\/(?:api\/(?!auth\/(?!userinfo))|bff\/proxies(?:[/?]|$))/;

export const isForPrograms = (path: string): boolean => forPrograms.test(path.toLowerCase());
