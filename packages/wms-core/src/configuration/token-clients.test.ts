/** Where codes of log-ins may be sent: what a configuration may say, and what it may not. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aConfiguration } from '../testing/index.ts';

const withRedirect = (redirectUri: string) =>
  aConfiguration({
    identity: { tokens: { clients: { app: { name: 'App', redirectUris: [redirectUri] } } } },
  });

const allowed = [
  'https://app.example.org/',
  'https://app.example.org:8443/#callback',
  'http://localhost:3000/#authentication-callback',
  'http://127.0.0.1',
  'http://[::1]:8000/back',
];
for (const redirectUri of allowed)
  test(`a code may be sent to ${redirectUri}`, () => {
    withRedirect(redirectUri);
  });

const refused = [
  'http://app.example.org/',
  'http://localhost@evil.example/',
  'http://localhost.evil.example/',
  'https://app.example.org@evil.example/',
  'https://user:secret@evil.example/',
  'javascript:alert(1)',
  'https://',
  'https://app.example.org/ x',
  'app://callback',
];
for (const redirectUri of refused)
  test(`a code may not be sent to ${redirectUri}`, () => {
    assert.throws(() => withRedirect(redirectUri), /https/);
  });
