/** The two jobs printed in the EGI guide to the Workload Manager, letter by letter. */

export const simpleJob = `[ JobName = "Simple_Job"; Executable = "/bin/ls"; Arguments = "-ltr";
StdOutput = "StdOut"; StdError = "StdErr"; OutputSandbox = {"StdOut","StdErr"};
]`;

export const inputAndOutputSandbox = `JobName    = "InputAndOuputSandbox";
Executable = "testJob.sh";
StdOutput = "StdOut";
StdError = "StdErr";
InputSandbox = {"testJob.sh"};
OutputSandbox = {"StdOut","StdErr"};
`;

export const testJobScript = `#!/bin/bash
/bin/hostname
/bin/date
/bin/ls -la
`;
