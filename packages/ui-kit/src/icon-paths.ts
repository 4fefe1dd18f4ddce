/** Line icons in a 16 px box, stroke 1.5, drawn for this project. Inner SVG as data; `Icon` draws it. */
export const iconPaths = {
  menu: '<path d="M2.5 4.5h11M2.5 8h11M2.5 11.5h11"/>',
  'chevron-down': '<path d="m4 6 4 4 4-4"/>',
  'chevron-up': '<path d="m4 10 4-4 4 4"/>',
  'chevron-right': '<path d="m6 4 4 4-4 4"/>',
  'chevron-left': '<path d="m10 4-4 4 4 4"/>',
  search: '<circle cx="7" cy="7" r="4.25"/><path d="m10.2 10.2 3.3 3.3"/>',
  close: '<path d="m4 4 8 8M12 4l-8 8"/>',
  check: '<path d="m3.5 8.5 3 3 6-7"/>',
  dash: '<path d="M3.5 8h9"/>',
  plus: '<path d="M8 3v10M3 8h10"/>',
  minus: '<path d="M3 8h10"/>',
  tiles:
    '<rect x="2" y="2.5" width="7" height="11" rx="1"/><rect x="11" y="2.5" width="3" height="4.5" rx=".8"/><rect x="11" y="9" width="3" height="4.5" rx=".8"/>',
  tabs: '<path d="M2 6V3.5h5V6M2 6h12v7.5H2zM9 6V3.5h5V6"/>',
  theme: '<circle cx="8" cy="8" r="5"/><path d="M8 3v10a5 5 0 0 0 0-10Z" fill="currentColor" stroke="none"/>',
  help: '<circle cx="8" cy="8" r="5.75"/><path d="M6.4 6.4a1.7 1.7 0 1 1 2.4 1.6c-.6.3-.8.6-.8 1.2M8 11.2v.1"/>',
  list: '<path d="M2 3.5h12M2 8h12M2 12.5h12"/><path d="M5 2v12"/>',
  launch:
    '<path d="M3 2.5h6.5L13 6v7.5H3zM9.5 2.5V6H13"/><path d="m6.5 8 3 1.9-3 1.9z" fill="currentColor"/>',
  play: '<path d="M5 3.2v9.6l7.5-4.8z"/>',
  pause: '<path d="M5.5 3.5v9M10.5 3.5v9"/>',
  stop: '<rect x="3.5" y="3.5" width="9" height="9" rx="1"/>',
  key: '<circle cx="5" cy="11" r="2.75"/><path d="m7 9 6-6M10.5 5.5l2 2"/>',
  wizard:
    '<rect x="2.5" y="2.5" width="4.5" height="4.5" rx=".8"/><rect x="9" y="2.5" width="4.5" height="4.5" rx=".8"/><rect x="2.5" y="9" width="4.5" height="4.5" rx=".8"/><path d="M11.25 9v4.5M9 11.25h4.5"/>',
  note: '<path d="M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3"/>',
  chart: '<path d="M2.5 2.5v11h11M5 11V8M8 11V5M11 11V7"/>',
  pulse: '<path d="M1.5 8.5h3l2-5 3 9 2-4h3"/>',
  clock: '<circle cx="8" cy="8" r="5.5"/><path d="M8 5v3.2l2 1.3"/>',
  calendar: '<rect x="2.5" y="3.5" width="11" height="10" rx="1"/><path d="M2.5 6.5h11M5.5 2v3M10.5 2v3"/>',
  settings:
    '<path d="M2.5 4.5h4M10.5 4.5h3M2.5 11.5h2M8.5 11.5h5"/><circle cx="8.5" cy="4.5" r="1.75"/><circle cx="6.5" cy="11.5" r="1.75"/>',
  power: '<path d="M8 2.5v5.5"/><path d="M4.6 4.6a5 5 0 1 0 6.8 0"/>',
  'log-out': '<path d="M9.5 2.5h-6v11h6M6.5 8h7M11 5.5 13.5 8 11 10.5"/>',
  folder: '<path d="M2 4h4l1.5 1.75H14V13H2z"/>',
  pie: '<circle cx="8" cy="8" r="5.5"/><path d="M8 2.5V8l4 3.8"/>',
  send: '<path d="m13.5 2.5-11 4.7 4.3 2 2 4.3z"/>',
  share:
    '<circle cx="4" cy="8" r="1.75"/><circle cx="12" cy="4" r="1.75"/><circle cx="12" cy="12" r="1.75"/><path d="m5.6 7.2 4.8-2.4M5.6 8.8l4.8 2.4"/>',
  book: '<path d="M3 2.5h8.5a1.5 1.5 0 0 1 1.5 1.5v9.5H4.5A1.5 1.5 0 0 1 3 12zM3 12a1.5 1.5 0 0 1 1.5-1.5H13"/>',
  user: '<circle cx="8" cy="5.5" r="2.75"/><path d="M2.8 13.5a5.2 5.2 0 0 1 10.4 0"/>',
  users:
    '<circle cx="6" cy="5.5" r="2.5"/><path d="M1.8 13a4.2 4.2 0 0 1 8.4 0M10.5 3.3a2.3 2.3 0 0 1 0 4.4M12 9.6a4 4 0 0 1 2.2 3.4"/>',
  queue: '<path d="M2.5 4h11M2.5 8h8M2.5 12h5"/>',
  server:
    '<rect x="2.5" y="2.5" width="11" height="4.5" rx="1"/><rect x="2.5" y="9" width="11" height="4.5" rx="1"/><path d="M5 4.75h.1M5 11.25h.1"/>',
  disk: '<ellipse cx="8" cy="4" rx="5" ry="1.75"/><path d="M3 4v8c0 1 2.2 1.75 5 1.75s5-.8 5-1.75V4M3 8c0 1 2.2 1.75 5 1.75S13 9 13 8"/>',
  flow: '<rect x="2" y="3" width="4" height="4" rx=".8"/><rect x="10" y="9" width="4" height="4" rx=".8"/><path d="M6 5h4.5a1.5 1.5 0 0 1 1.5 1.5V9"/>',
  card: '<rect x="2.5" y="4" width="11" height="8" rx="1"/><path d="M2.5 7h11M5 9.75h2.5"/>',
  'split-right': '<rect x="2.5" y="3" width="11" height="10" rx="1"/><path d="M8 3v10"/>',
  'split-down': '<rect x="2.5" y="3" width="11" height="10" rx="1"/><path d="M2.5 8h11"/>',
  maximise: '<path d="M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5 9.3 6.7M2.5 13.5l4.2-4.2"/>',
  restore: '<path d="M13 6.5H9.5V3M3 9.5h3.5V13M9.5 6.5 13.5 2.5M6.5 9.5l-4 4"/>',
  more: '<path d="M3.5 8h.1M8 8h.1M12.5 8h.1" stroke-width="2.2"/>',
  refresh: '<path d="M13 8a5 5 0 1 1-1.5-3.6M13 2.5V5h-2.5"/>',
  undo: '<path d="M3 6.5h6.5a3.5 3.5 0 1 1 0 7H6M5.8 3.5 3 6.5l2.8 3"/>',
  columns: '<rect x="2.5" y="3" width="11" height="10" rx="1"/><path d="M6.2 3v10M9.8 3v10"/>',
  bookmark: '<path d="M4 2.5h8v11L8 10.6l-4 2.9z"/>',
  filter: '<path d="M2.5 3.5h11L9.5 8.3v4.2l-3-1.5V8.3z"/>',
  'arrow-up': '<path d="M8 13V3M4 7l4-4 4 4"/>',
  'arrow-down': '<path d="M8 3v10M4 9l4 4 4-4"/>',
  external: '<path d="M6.5 3.5h-3v9h9v-3M9 3h4v4M13 3 7.5 8.5"/>',
  eye: '<path d="M1.8 8S4 4 8 4s6.2 4 6.2 4S12 12 8 12 1.8 8 1.8 8Z"/><circle cx="8" cy="8" r="1.75"/>',
  'eye-off':
    '<path d="M3.6 5.6A10 10 0 0 0 1.8 8S4 12 8 12c1 0 1.9-.3 2.7-.6M6.2 4.3A6 6 0 0 1 8 4c4 0 6.2 4 6.2 4a10 10 0 0 1-1.8 2.2M2.5 2.5l11 11"/>',
  lock: '<rect x="3.5" y="7" width="9" height="6.5" rx="1"/><path d="M5.5 7V5a2.5 2.5 0 0 1 5 0v2"/>',
  info: '<circle cx="8" cy="8" r="5.75"/><path d="M8 7.5v3.3M8 5.2v.1"/>',
  download: '<path d="M2.5 9v4h11V9M8 2.5v7M5 6.8l3 3 3-3"/>',
  upload: '<path d="M2.5 10v3h11v-3M8 10V3M5 5.8l3-3 3 3"/>',
  file: '<path d="M4 2.5h5L12 5.5v8H4zM9 2.5v3h3"/>',
  certificate:
    '<rect x="2" y="3" width="12" height="8" rx="1"/><path d="M4.5 5.8h5M4.5 8.2h3"/><circle cx="11" cy="10.5" r="1.75"/><path d="M10 12v2l1-.6 1 .6v-2"/>',
  copy: '<rect x="5.5" y="5.5" width="8" height="8" rx="1"/><path d="M10.5 5.5v-3h-8v8h3"/>',
  link: '<path d="M6.8 9.2a2.4 2.4 0 0 1 0-3.4l2-2a2.4 2.4 0 0 1 3.4 3.4l-1 1M9.2 6.8a2.4 2.4 0 0 1 0 3.4l-2 2a2.4 2.4 0 0 1-3.4-3.4l1-1"/>',
  'caps-lock': '<path d="m8 2.5 5 5.5h-2.5v3h-5V8H3zM5.5 13.5h5"/>',
  trash: '<path d="M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9"/>',
  edit: '<path d="m3 13 .6-2.8 7.4-7.4 2.2 2.2-7.4 7.4zM9.6 4.2l2.2 2.2"/>',
  save: '<path d="M2.5 2.5h8.7l2.3 2.3v8.7h-11zM5 2.5v3.5h5V2.5M5 13.5V9.5h6v4"/>',
  code: '<path d="M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5"/>',
  wrap: '<path d="M2.5 4h11M2.5 8h8.5a2 2 0 0 1 0 4H8.5M10 10.5 8.4 12l1.6 1.5M2.5 12h3"/>',
  keyboard:
    '<rect x="1.5" y="4" width="13" height="8" rx="1"/><path d="M4 6.5h.1M6.7 6.5h.1M9.3 6.5h.1M12 6.5h.1M5 9.5h6"/>',
  box: '<path d="M8 2.2 13.5 5v6L8 13.8 2.5 11V5zM2.5 5 8 7.8 13.5 5M8 7.8v6"/>',
  layers: '<path d="M8 2.5 14 6 8 9.5 2 6zM2 9.5 8 13l6-3.5"/>',
  bell: '<path d="M8 2.2a3.8 3.8 0 0 0-3.8 3.8c0 3-1.4 4.3-1.4 5.2h10.4c0-.9-1.4-2.2-1.4-5.2A3.8 3.8 0 0 0 8 2.2zM6.6 13.4h2.8"/>',
  home: '<path d="M2.5 7.5 8 2.8l5.5 4.7M4 6.5v7h8v-7"/>',
} as const;

export type IconName = keyof typeof iconPaths;

/** Filled outlines of states, readable at 12 px without colour; `ln` is stroked, `cut-out` is left open. */
const ring = '<circle class="ln" cx="8" cy="8" r="5.75"/>';
export const shapePaths = {
  ring,
  staging: '<path class="ln" d="M11.8 3.7a5.75 5.75 0 1 1-7.6 0M8 1.5v7M5.3 6.2 8 8.9l2.7-2.7"/>',
  rescheduled: '<path class="ln" d="M13.75 8A5.75 5.75 0 1 1 12 3.9M13.4 1v3.6H9.8"/>',
  hourglass:
    '<path d="M3 1.2h10v1.7h-1c0 2.3-1.2 3.7-3 5.1 1.8 1.4 3 2.8 3 5.1h1v1.7H3v-1.7h1c0-2.3 1.2-3.7 3-5.1C5.2 6.6 4 5.2 4 2.9H3z"/>',
  matched: '<circle class="ln" cx="5.2" cy="8" r="3.4"/><circle class="ln" cx="10.8" cy="8" r="3.4"/>',
  triangle: '<path d="M3.5 1.8v12.4a.7.7 0 0 0 1.05.6l10-6.2a.7.7 0 0 0 0-1.2l-10-6.2a.7.7 0 0 0-1.05.6z"/>',
  half: `${ring}<path d="M8 2.25a5.75 5.75 0 0 1 0 11.5z"/>`,
  check: '<circle cx="8" cy="8" r="7"/><path class="cut-out" d="m4.8 8.3 2.2 2.2 4.3-4.8"/>',
  alert: '<path d="M8 1.2 15.3 14H.7z"/><path class="cut-out" d="M8 6v3.6M8 11.8v.1"/>',
  cross: '<path d="M5 1h6l4 4v6l-4 4H5l-4-4V5z"/><path class="cut-out" d="m5.5 5.5 5 5M10.5 5.5l-5 5"/>',
  square: '<rect x="2" y="2" width="12" height="12" rx="1"/>',
  bin: '<path d="M1.5 3h13v1.7h-13zM6 1h4v1.5H6zM3 5.7h10l-.7 9.3H3.7z"/>',
} as const;

export type StatusShape = keyof typeof shapePaths;
