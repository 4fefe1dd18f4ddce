/** A program in a terminal: begins the device flow, waits for its token, and calls the server with it. */
const client = { client_id: 'myDIRACClientID' };

export interface DeviceCodes {
  readonly user_code: string;
  readonly device_code: string;
  readonly verification_uri: string;
  readonly verification_uri_complete: string;
}

async function sendForm(url: string, fields: Readonly<Record<string, string>>): Promise<Response> {
  return fetch(url, { method: 'POST', body: new URLSearchParams({ ...client, ...fields }) });
}

export async function askForCodes(serverUrl: string, scope: string): Promise<DeviceCodes> {
  const response = await sendForm(`${serverUrl}/api/auth/device`, { scope });
  if (!response.ok) throw new Error(`No device code: ${await response.text()}`);
  return (await response.json()) as DeviceCodes;
}

/** The access token, or the word by which it is refused. */
export async function pollForToken(serverUrl: string, deviceCode: string): Promise<string> {
  const response = await sendForm(`${serverUrl}/api/auth/token`, {
    grant_type: 'urn:ietf:params:oauth:grant-type:device_code',
    device_code: deviceCode,
  });
  const answer = (await response.json()) as { readonly access_token?: string; readonly error?: string };
  return answer.access_token ?? answer.error ?? '';
}

/** Calls with nothing but the token. */
export async function postWithToken<T>(url: string, token: string, body: unknown): Promise<T> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url} answered ${response.status}: ${await response.text()}`);
  return (await response.json()) as T;
}
