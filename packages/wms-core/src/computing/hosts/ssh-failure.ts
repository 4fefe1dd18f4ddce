/** What the ssh client's last words mean and what helps. Asked by the ssh host. */

const meanings: readonly { readonly says: RegExp; readonly means: string }[] = [
  {
    says: /HOST IDENTIFICATION HAS CHANGED|Host key verification failed|No \S+ host key is known/,
    means:
      'its host key is not the known one. If the change is right, remove the file known_hosts in the folder of the computing element, or correct parameters > host > hostKeys',
  },
  {
    says: /Permission denied/,
    means:
      'it refused the log-in. Check parameters > host > user and identityFile (mode 0600, its public key in authorized_keys of the account)',
  },
  {
    says: /Identity file \S+ not accessible|UNPROTECTED PRIVATE KEY/,
    means:
      'the private key cannot be used. Check the path and the mode (0600) of parameters > host > identityFile',
  },
  {
    says: /Could not resolve hostname/,
    means: 'its name is not known. Check parameters > host > address',
  },
  { says: /timed out/i, means: 'it does not answer' },
  { says: /Connection refused/, means: 'nothing listens there. Check parameters > host > port' },
  { says: /No route to host|Network is unreachable/, means: 'it cannot be reached from here' },
];

/** The end of a sentence that begins with the name of the host. */
export const sshFailure = (stderr: string): string => {
  const meaning = meanings.find(({ says }) => says.test(stderr))?.means;
  const last = stderr.trim().split('\n').at(-1)?.trim() ?? '';
  if (meaning === undefined) return last === '' ? 'the connection broke' : last;
  return last === '' ? meaning : `${meaning} (${last})`;
};
