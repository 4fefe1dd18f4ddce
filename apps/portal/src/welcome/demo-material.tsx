/** Users and certificates of a demonstration; everything here is worthless outside of it. */
import { CopyButton, Icon } from '@wm/ui-kit';
import type { ReactNode } from 'react';
import type { Welcome } from '../server-state/welcome.ts';

type Demo = NonNullable<Welcome['demo']>;

export function DemoMaterial({ demo }: { readonly demo: Demo }): ReactNode {
  return (
    <>
      <section className="sect">
        <h2>
          Demo users <small>for Log in</small>
        </h2>
        <div className="scroll-x">
          <table className="ruled demo-table">
            <thead>
              <tr>
                <th scope="col">User</th>
                <th scope="col">Password</th>
                <th scope="col">Groups</th>
              </tr>
            </thead>
            <tbody>
              {demo.users.map((user) => (
                <tr key={user.userName}>
                  <th scope="row">
                    <b>{user.userName}</b> <span className="muted">{user.displayName}</span>
                  </th>
                  <td className="mono">{user.password}</td>
                  <td>{user.groups.join(', ') || <span className="muted">none yet</span>}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      <section className="sect">
        <h2>
          Demo certificates <small>for Tools › Proxy Upload</small>
        </h2>
        <div className="scroll-x">
          <table className="ruled demo-table">
            <thead>
              <tr>
                <th scope="col">File</th>
                <th scope="col">Owner</th>
                <th scope="col">Password of the file</th>
              </tr>
            </thead>
            <tbody>
              {demo.certificates.map((certificate) => (
                <tr key={certificate.fileName}>
                  <th scope="row">
                    <a href={certificate.url} download={certificate.fileName}>
                      <Icon name="download" small /> {certificate.fileName}
                    </a>{' '}
                    <span className="muted">
                      {certificate.encoding === 'legacy' ? 'old encryption' : 'AES-256'}
                    </span>
                  </th>
                  <td>{certificate.userName}</td>
                  <td className="mono with-tool">
                    {certificate.passphrase}
                    <CopyButton
                      text={certificate.passphrase}
                      label={`Copy the password of ${certificate.fileName}`}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
    </>
  );
}
