// Where the `docket` program is: the user's setting, the one packed with the extension, else the PATH.
import * as path from 'node:path';

/** What the search depends on; handed in, so that tests set it. */
export interface Surroundings {
  /** `docket.server.path`; empty where the user set none. */
  readonly setting: string;
  readonly home: string;
  /** Folder of the extension itself. */
  readonly extension: string;
  /** The PATH variable. */
  readonly searchPath: string;
  readonly platform: NodeJS.Platform;
  readonly isExecutable: (file: string) => boolean;
}

export type Binary =
  | { readonly found: true; readonly path: string; readonly from: 'setting' | 'bundled' | 'PATH' }
  /** What is wrong and what to do, in a sentence each. */
  | { readonly found: false; readonly message: string };

/** Finds the program. A setting that leads nowhere is an error, never silently passed over. */
export function findBinary(around: Surroundings): Binary {
  const name = around.platform === 'win32' ? 'docket.exe' : 'docket';
  const paths = around.platform === 'win32' ? path.win32 : path.posix;

  const setting = around.setting.trim();
  if (setting !== '') {
    const file = setting.startsWith('~/') ? paths.join(around.home, setting.slice(2)) : setting;
    if (!paths.isAbsolute(file)) {
      return { found: false, message: `docket.server.path must be an absolute path, and is "${setting}".` };
    }
    return around.isExecutable(file)
      ? { found: true, path: file, from: 'setting' }
      : { found: false, message: `docket.server.path names "${file}", which is no program. Correct the setting or clear it.` };
  }

  const bundled = paths.join(around.extension, 'server', name);
  if (around.isExecutable(bundled)) {
    return { found: true, path: bundled, from: 'bundled' };
  }

  for (const folder of around.searchPath.split(paths.delimiter)) {
    // a relative entry would run a program out of whatever folder is open
    if (!paths.isAbsolute(folder)) {
      continue;
    }
    const file = paths.join(folder, name);
    if (around.isExecutable(file)) {
      return { found: true, path: file, from: 'PATH' };
    }
  }
  return {
    found: false,
    message: 'The docket program was not found. Install it so that it is on the PATH, or name it in the setting docket.server.path.',
  };
}

/** How many bytes of a program [`foreign`] looks at: linkers put the header of a program of Windows well before. */
export const headerLength = 1024;

/**
 * Why a program cannot be one of this machine, from its first bytes; undefined where nothing speaks against it. The system itself would run
 * what it does not know as a shell script, and that would say nothing that helps.
 */
export function foreign(header: Uint8Array, platform: NodeJS.Platform, arch: string): string | undefined {
  const at = (index: number): number => header[index] ?? 0;
  const word = (index: number): number => at(index) | (at(index + 1) << 8);
  const starts = (...bytes: readonly number[]): boolean => bytes.every((byte, index) => at(index) === byte);
  const isElf = starts(0x7f, 0x45, 0x4c, 0x46);
  const isMach = starts(0xcf, 0xfa, 0xed, 0xfe) || starts(0xca, 0xfe, 0xba, 0xbe);
  const isPe = starts(0x4d, 0x5a);
  const system = isElf ? 'linux' : isMach ? 'darwin' : isPe ? 'win32' : undefined;
  if (system !== undefined && system !== (platform === 'darwin' || platform === 'win32' ? platform : 'linux')) {
    return 'it is a program of another system';
  }
  const machine = isElf ? elfMachines[word(18)] : isMach ? machMachines[word(4)] : isPe ? peMachines[word(word(0x3c) + 4)] : undefined;
  // macOS and Windows on ARM run programs of x64 too
  const isTranslated = machine === 'x64' && arch === 'arm64' && !isElf;
  return machine === undefined || machine === arch || isTranslated ? undefined : `it is built for another kind of machine (${machine})`;
}

// The fields that name the machine: `e_machine` of ELF, `cputype` of Mach-O (its low half), `Machine` of the COFF header that 0x3c leads to.
const elfMachines: Readonly<Record<number, string>> = { 0x3e: 'x64', 0xb7: 'arm64' };
const machMachines: Readonly<Record<number, string>> = { 0x07: 'x64', 0x0c: 'arm64' };
const peMachines: Readonly<Record<number, string>> = { 0x8664: 'x64', 0xaa64: 'arm64' };
