/**
 * Step 1: the .p12 file and its passphrase. "Open" opens it in this browser. The passphrase is forgotten the
 * moment it is handed to the worker; a fault is told where it belongs, with the focus on it.
 */
import { isCredentialError } from '@wm/credentials';
import { Button, DropZone, FieldError, Icon, LinkButton, Notice, PasswordField, Toolbar } from '@wm/ui-kit';
import { useEffect, useId, useRef, useState, type ReactNode } from 'react';
import { GetProxyButton } from '../../widgets/get-proxy/get-proxy-button.tsx';
import { useProxyProvider } from '../../widgets/get-proxy/use-get-proxy.ts';
import { isPassphraseFault } from './key-room-client.ts';
import { fileFault, sizeText } from './wizard.ts';

interface Fault {
  readonly place: 'file' | 'passphrase';
  readonly text: string;
}

/** Only where somebody gives proxies without one. */
function WithoutCertificate(): ReactNode {
  const provider = useProxyProvider();
  if (provider === undefined) return null;
  return (
    <Notice action={<GetProxyButton />}>
      <b>No certificate?</b> You can have a proxy for a few days from {provider.name}. Most sites take it;
      some want one from a certificate.
    </Notice>
  );
}

export interface FileStepProps {
  /** Throws CredentialError. */
  readonly onOpen: (file: File, passphrase: string) => Promise<void>;
  /** Gives an opening file up. */
  readonly onCancel: () => void;
}

const faultOf = (error: unknown): Fault =>
  isCredentialError(error)
    ? { place: isPassphraseFault(error.reason) ? 'passphrase' : 'file', text: error.message }
    : { place: 'file', text: 'The browser could not read the file. Choose it again.' };

export function FileStep({ onOpen, onCancel }: FileStepProps): ReactNode {
  const [file, setFile] = useState<File>();
  const [passphrase, setPassphrase] = useState('');
  const [fault, setFault] = useState<Fault>();
  const [isOpening, setIsOpening] = useState(false);
  const passphraseInput = useRef<HTMLInputElement>(null);
  const fileBox = useRef<HTMLDivElement>(null);
  const id = useId();

  useEffect(() => {
    if (fault?.place === 'passphrase') passphraseInput.current?.focus();
    if (fault?.place === 'file') fileBox.current?.focus();
  }, [fault]);

  function choose(chosen: File | undefined): void {
    if (!chosen) return;
    const text = fileFault(chosen);
    setFile(text === undefined ? chosen : undefined);
    setFault(text === undefined ? undefined : { place: 'file', text });
    if (text === undefined) passphraseInput.current?.focus();
  }

  function reset(): void {
    onCancel();
    setFile(undefined);
    setPassphrase('');
    setFault(undefined);
    setIsOpening(false);
  }

  async function openIt(): Promise<void> {
    if (isOpening) return;
    if (!file) {
      setFault({ place: 'file', text: 'Choose a .p12 or .pfx file first.' });
      return;
    }
    setIsOpening(true);
    setFault(undefined);
    setPassphrase('');
    try {
      await onOpen(file, passphrase);
    } catch (error) {
      setFault(faultOf(error));
    } finally {
      setIsOpening(false);
    }
  }

  const isFileWrong = fault?.place === 'file';
  return (
    <>
      <div className="step-body">
        <div
          ref={fileBox}
          role="group"
          tabIndex={-1}
          aria-label="Certificate file"
          aria-describedby={isFileWrong ? `${id}-file` : undefined}
          className="file-box"
        >
          <DropZone
            text={file ? 'Drop another file' : 'Drop your .p12 or .pfx file here'}
            icon="certificate"
            accept=".p12,.pfx,application/x-pkcs12"
            aside="at most 256 KiB"
            disabled={isOpening}
            onFiles={([chosen]) => choose(chosen)}
          >
            {file && (
              <div className="row">
                <Icon name="file" />
                <b className="cut">{file.name}</b>
                <span className="muted xs">{sizeText(file.size)}</span>
              </div>
            )}
          </DropZone>
          {isFileWrong && <FieldError id={`${id}-file`} text={fault.text} />}
        </div>
        <PasswordField
          label="Passphrase of the file"
          value={passphrase}
          onChange={setPassphrase}
          inputRef={passphraseInput}
          disabled={isOpening}
          error={fault?.place === 'passphrase' ? fault.text : undefined}
          hint="Leave it empty only if the file has none."
          onEnter={() => void openIt()}
        />
        <Notice>
          Opened <b>in this browser only</b>: your key and its passphrase are never sent; the server gets a
          signed proxy, nothing else. That guards against accidents on the server. Safest of all are the
          command line tools, which trust no web page.
        </Notice>
        <WithoutCertificate />
        <details className="soft">
          <summary>Where do I get such a file?</summary>
          <p>
            It holds your personal grid certificate with its key. Export it from the browser or key chain that
            keeps your certificate (&quot;back up&quot;, &quot;export with private key&quot;), or make it with{' '}
            <code className="mono">
              openssl pkcs12 -export -in usercert.pem -inkey userkey.pem -out usercert.p12
            </code>
            .
          </p>
        </details>
      </div>
      <Toolbar label="Step 1 of 3" place="foot">
        {isOpening ? <LinkButton onClick={reset}>Cancel</LinkButton> : <Button onClick={reset}>Reset</Button>}
        <span className="grow" />
        <Button look="primary" busy={isOpening} onClick={() => void openIt()}>
          Open
        </Button>
      </Toolbar>
    </>
  );
}
