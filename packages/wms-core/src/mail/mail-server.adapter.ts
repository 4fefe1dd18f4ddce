/**
 * The mail server, over SMTP. Asked by whatever delivers mails. What it says of one address is told apart from what it
 * says of us: only the first is a reason never to try again.
 */
import { createTransport } from 'nodemailer';

export interface Mail {
  readonly from: string;
  readonly fromName: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The same for every try, so that one that came twice is known as one. */
  readonly messageId: string;
}

/** `refused`: never; `later`: this one not now; `unavailable`: none now. */
export type MailOutcome =
  { readonly kind: 'taken' } | { readonly kind: 'refused' | 'later' | 'unavailable'; readonly why: string };

export interface MailServer {
  send(mail: Mail): Promise<MailOutcome>;
}

const isLoopback = (host: string): boolean => /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host);

interface SmtpError {
  readonly code?: string;
  readonly responseCode?: number;
  readonly command?: string;
}

/** Never the text of the error: it may hold what was sent. */
function outcomeOf({ code = 'ERROR', responseCode, command }: SmtpError): MailOutcome {
  const why = [command, responseCode ?? code].filter((part) => part !== undefined).join(' ');
  // The server listened so far, so it is about this address or text.
  if (command !== 'RCPT TO' && command !== 'DATA') return { kind: 'unavailable', why };
  return { kind: responseCode !== undefined && responseCode >= 500 ? 'refused' : 'later', why };
}

/** `smtp://user:password@host:587` or `smtps://…`. A password goes over encrypted lines only, but on this machine. */
export function createMailServer(url: string, patienceMs = 20_000): MailServer {
  const { protocol, hostname, port, username, password } = new URL(url);
  const isSecure = protocol === 'smtps:';
  const transport = createTransport({
    host: hostname.replace(/^\[|\]$/g, ''),
    port: port === '' ? (isSecure ? 465 : 587) : Number(port),
    secure: isSecure,
    requireTLS: username !== '' && !isLoopback(hostname),
    connectionTimeout: patienceMs,
    greetingTimeout: patienceMs,
    socketTimeout: patienceMs,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(username !== '' && {
      auth: { user: decodeURIComponent(username), pass: decodeURIComponent(password) },
    }),
  });
  return {
    async send({ from, fromName, to, subject, text, messageId }) {
      try {
        await transport.sendMail({
          from: { name: fromName, address: from },
          // As an object it is one address, whatever it holds.
          to: { name: '', address: to },
          envelope: { from, to },
          subject,
          text,
          messageId,
          headers: { 'Auto-Submitted': 'auto-generated' },
        });
        return { kind: 'taken' };
      } catch (error) {
        return outcomeOf(error as SmtpError);
      }
    },
  };
}
