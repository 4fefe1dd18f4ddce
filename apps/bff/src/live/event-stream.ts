/**
 * One server-sent event stream on the wire. Written by hand because a library would put an id of its own on
 * every message, and `Last-Event-ID` must name an event of the outbox or nothing.
 */
import type { Response } from 'express';
import type { LiveEvent } from '@wm/api-contract';

export interface EventStream {
  /** `sequence` becomes the client's `Last-Event-ID`. */
  send(event: LiveEvent, sequence?: number): void;
  end(): void;
}

/** A client that reads so slowly must connect anew; it gets what it missed by its `Last-Event-ID`. */
const maxUnreadBytes = 262_144;

export function openEventStream(response: Response): EventStream {
  response.status(200);
  response.setHeader('Content-Type', 'text/event-stream; charset=utf-8');
  response.setHeader('Cache-Control', 'no-store, no-transform');
  // nginx holds streams back otherwise.
  response.setHeader('X-Accel-Buffering', 'no');
  response.flushHeaders();
  response.write('retry: 2000\n\n');
  return {
    send(event, sequence) {
      if (response.writableEnded || response.destroyed) return;
      const id = sequence === undefined ? '' : `id: ${sequence}\n`;
      response.write(`${id}event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`);
      if (response.writableLength > maxUnreadBytes) response.destroy();
    },
    end: () => void response.end(),
  };
}
