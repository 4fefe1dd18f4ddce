#!/usr/bin/env node
/** The command line as a program. Runs as one file on Node.js 20 and newer. */
import { homedir } from 'node:os';
import process from 'node:process';
import { setTimeout } from 'node:timers/promises';
import { askSecret } from './ask-secret.ts';
import { fetchAs } from './fetch-as.ts';
import { runCli } from './run.ts';

const [, program = 'dirac', ...words] = process.argv;

process.exitCode = await runCli(program, words, {
  env: process.env,
  cwd: process.cwd(),
  userId: process.getuid?.() ?? 0,
  home: process.env['HOME'] ?? homedir(),
  fetch: globalThis.fetch,
  fetchAs,
  askSecret,
  print: (line) => void process.stdout.write(`${line}\n`),
  complain: (line) => void process.stderr.write(`${line}\n`),
  isTerminal: process.stdout.isTTY,
  nowMs: () => Date.now(),
  sleep: (ms) => setTimeout(ms),
});
