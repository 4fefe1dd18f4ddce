/** The browser offline for a minute, and the server gone for a while: rows catch up by themselves. */
import { expect, test } from './strict-test.ts';
import { submit } from './strict-world.ts';

const idle = (name: string) => `[ JobName = "${name}"; Executable = "/bin/true"; Site = "EGI.Idle.org"; ]`;

test('a browser that was offline for a minute shows what happened meanwhile, without a click', async ({
  context,
  openDesktop,
  page,
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const jobId = await submit(user, idle('before'));
  await page.clock.install();
  const desktop = await openDesktop(user);
  const monitor = await desktop.openMonitor();
  await monitor.showsStatus(jobId, 'Waiting');

  await context.setOffline(true);
  await expect(desktop.lamp('Offline')).toBeVisible();
  await user.client.call('POST /bff/jobs/actions', { body: { action: 'kill', jobIds: [jobId] } });
  const meanwhile = await submit(user, idle('meanwhile'));
  await page.clock.fastForward('01:00');
  await expect(monitor.job(jobId)).toBeVisible();
  await expect(desktop.lamp('Live')).toBeHidden();

  await context.setOffline(false);
  await monitor.showsStatus(jobId, 'Killed');
  await monitor.showsStatus(meanwhile, 'Waiting');
  await expect(desktop.lamp('Live')).toBeVisible();
});

test('an action while offline says that it did not happen, and the row stays as it is', async ({
  context,
  openDesktop,
  page,
  strict,
}) => {
  const user = await strict.userWithProxy('mkolar', 'access_user');
  const jobId = await submit(user, idle('offline'));
  const desktop = await openDesktop(user);
  const launchpad = await desktop.openLaunchpad();
  await launchpad.pasteJdl(idle('lost'));
  await context.setOffline(true);
  await launchpad.submitButton.click();
  await expect(launchpad.root).toContainText(/Nothing was submitted. The server cannot be reached/);
  await context.setOffline(false);
  const [submitted = 0] = await launchpad.submit();
  expect(submitted).toBeGreaterThan(jobId);
  await expect(page.getByRole('banner').getByText('Live', { exact: true })).toBeVisible();
});
