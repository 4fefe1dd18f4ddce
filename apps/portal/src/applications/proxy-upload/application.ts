/** Proxy Upload: a proxy from a .p12 file, without the file or its key ever leaving the browser. */
import type { ApplicationDescriptor } from '../application.ts';
import type { ProxyUploadState } from './proxy-upload-state.ts';

export const proxyUpload: ApplicationDescriptor<ProxyUploadState> = {
  id: 'proxy-upload',
  title: 'Proxy Upload',
  menu: 'Tools',
  icon: 'certificate',
  component: async () => ({ default: (await import('./proxy-upload.tsx')).ProxyUpload }),
  stateVersion: 1,
  initialState: {},
  upgradeState: () => ({}),
  single: true,
};
