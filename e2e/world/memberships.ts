/** Brings a demo user back to where nobody knows him: his open requests are settled, his granted memberships ended. */
import { logIn } from './http-user.ts';
import { serverUrl } from './server-under-test.ts';

export async function outsideTheVo(userName: string): Promise<void> {
  const { client } = await logIn(serverUrl(), 'iortega', 'access_admin');
  const { requests } = await client.call('GET /bff/registry/requests', {});
  for (const { decision, requestId, userName: asker } of requests)
    // A refusal would keep him from asking again for a day.
    if (asker === userName && decision === null)
      await client.call('POST /bff/registry/requests/:requestId/grant', {
        params: { requestId },
        body: { group: 'access_user' },
      });
  const { members } = await client.call('GET /bff/registry/members', {});
  for (const { accountId, groups, userName: name } of members)
    for (const { group, sources } of groups)
      if (name === userName && sources.includes('granted'))
        await client.call('DELETE /bff/registry/members/:accountId/groups/:group', {
          params: { accountId, group },
        });
}
