/** The pages of the stand-in Check-in as HTML text: plain, labelled as what they are. */
import type { DemoUser } from './stand-in.ts';

export interface LoginPageFacts {
  readonly users: readonly DemoUser[];
  /** Set after a wrong user name or password. */
  readonly failedUserName: string | undefined;
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (sign) => escapes[sign] ?? sign);

function page(content: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Stand-in Check-in — demo users only</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/stand-in-checkin/style.css">
</head>
<body>
<main>
<p class="label">Not a real identity provider</p>
<h1>Stand-in Check-in <span>demo users only</span></h1>
${content}
</main>
</body>
</html>
`;
}

export const noticePage = (notice: string): string =>
  page(`<p>${escapeHtml(notice)}</p>\n<p><a href="/">To the portal</a></p>`);

/** `form` is the provider's own, of this id; without scripts there is a button to send it. */
export const logOutPage = (form: string): string =>
  page(`${form}
<button type="submit" form="op.logoutForm" name="logout" value="yes">Log out</button>
<script src="/stand-in-checkin/submit.js"></script>`);

export const submitScript = `document.querySelector('button[name=logout]').click();\n`;

function userButton(user: DemoUser): string {
  return `<li><form method="post"><input type="hidden" name="password" value="${escapeHtml(user.password)}">
<button type="submit" name="user" value="${escapeHtml(user.userName)}"><strong>${escapeHtml(user.displayName)}</strong>
<span>${escapeHtml(user.userName)} · ${escapeHtml(user.groups.join(', ') || 'in no group')}</span></button></form></li>`;
}

export function loginPage({ users, failedUserName }: LoginPageFacts): string {
  const failure =
    failedUserName === undefined
      ? ''
      : `<p role="alert" class="failure">There is no user “${escapeHtml(failedUserName)}” with that password. The demo users below all have the password “demo”.</p>`;
  return page(`<p>This page takes the place of EGI Check-in while no identity provider is configured. Pick who you want to be.</p>
${failure}
<ul aria-label="Demo users">
${users.map(userButton).join('\n')}
</ul>
<form method="post" class="by-name">
<h2>Or by name</h2>
<label for="user">User name</label>
<input id="user" name="user" autocomplete="off" autocapitalize="none" spellcheck="false" required value="${escapeHtml(failedUserName ?? '')}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="off" required>
<button type="submit">Log in</button>
</form>`);
}

export const stylesheet = `
:root { --ground: #eef1f6; --card: #ffffff; --text: #1b2430; --faint: #536072; --line: #c9d1dc; --act: #0a5dc2; --warn: #8a4b00; --warn-ground: #fff2dc; }
@media (prefers-color-scheme: dark) {
  :root { --ground: #11161d; --card: #1a212b; --text: #e8edf4; --faint: #a3b0c0; --line: #384455; --act: #7db5ff; --warn: #ffc878; --warn-ground: #3a2a10; }
}
* { box-sizing: border-box; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; padding: 1.5rem; background: var(--ground); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { width: min(30rem, 100%); padding: 1.75rem; background: var(--card); border: 1px solid var(--line); border-radius: 12px; }
h1 { margin: .75rem 0 .5rem; font-size: 1.5rem; line-height: 1.25; }
h1 span { display: block; font-size: 1rem; font-weight: 400; color: var(--faint); }
h2 { margin: 0 0 .5rem; font-size: 1rem; }
.label { display: inline-block; margin: 0; padding: .1rem .6rem; border-radius: 999px; background: var(--warn-ground); color: var(--warn); font-size: .875rem; font-weight: 600; }
.failure { padding: .6rem .8rem; border-left: 4px solid #c62828; background: color-mix(in srgb, #c62828 12%, transparent); }
ul { list-style: none; margin: 1rem 0 1.5rem; padding: 0; display: grid; gap: .5rem; }
li button { width: 100%; padding: .6rem .9rem; text-align: left; background: transparent; color: inherit; border: 1px solid var(--line); border-radius: 8px; font: inherit; cursor: pointer; }
li button:hover { border-color: var(--act); }
li button span { display: block; color: var(--faint); font-size: .875rem; }
:focus-visible { outline: 3px solid var(--act); outline-offset: 2px; }
.by-name { padding-top: 1rem; border-top: 1px solid var(--line); }
label { display: block; margin-top: .5rem; font-size: .875rem; color: var(--faint); }
input { width: 100%; padding: .5rem .6rem; font: inherit; color: inherit; background: transparent; border: 1px solid var(--line); border-radius: 6px; }
.by-name button { margin-top: 1rem; padding: .5rem 1.25rem; font: inherit; font-weight: 600; color: var(--card); background: var(--act); border: 0; border-radius: 6px; cursor: pointer; }
a { color: var(--act); }
`;
