/** Where programs are looked for when nobody says otherwise: by payloads, in images, and by checks of nodes. */
export const usualSearchPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
