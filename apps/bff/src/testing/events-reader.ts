/** Reads a server-sent event stream message by message. */
import type { LiveEvent } from '@wm/api-contract';

export interface ReceivedEvent {
  readonly id: string | undefined;
  readonly type: string;
  readonly data: LiveEvent;
}

export async function* readEvents(response: Response): AsyncGenerator<ReceivedEvent, void> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const part of response.body ?? []) {
    text += decoder.decode(part as Uint8Array, { stream: true });
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      const fields = new Map(
        text
          .slice(0, end)
          .split('\n')
          .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)]),
      );
      text = text.slice(end + 2);
      const data = fields.get('data');
      if (data !== undefined)
        yield { id: fields.get('id'), type: fields.get('event') ?? '', data: JSON.parse(data) as LiveEvent };
    }
  }
}

/** The next message of a type; throws when the stream ends before. */
export async function nextOf(
  events: AsyncGenerator<ReceivedEvent, void>,
  type: string,
): Promise<ReceivedEvent> {
  for (;;) {
    const { value, done } = await events.next();
    if (done === true) throw new Error(`the stream ended before “${type}”`);
    if (value.type === type) return value;
  }
}
