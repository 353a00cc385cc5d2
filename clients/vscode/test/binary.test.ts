// Tests of the search for the program.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findBinary, foreign, headerLength, type Surroundings } from '../src/binary';

function around(programs: string[], changes: Partial<Surroundings> = {}): Surroundings {
  return {
    setting: '',
    home: '/home/ana',
    extension: '/ext',
    searchPath: '/usr/local/bin:/usr/bin',
    platform: 'linux',
    isExecutable: file => programs.includes(file),
    ...changes,
  };
}

test('the setting wins over the bundled program and the PATH', () => {
  const found = findBinary(around(['/opt/docket', '/ext/server/docket', '/usr/bin/docket'], { setting: ' /opt/docket ' }));
  assert.deepEqual(found, { found: true, path: '/opt/docket', from: 'setting' });
});

test('the setting may begin at home', () => {
  const found = findBinary(around(['/home/ana/bin/docket'], { setting: '~/bin/docket' }));
  assert.deepEqual(found, { found: true, path: '/home/ana/bin/docket', from: 'setting' });
});

test('a setting that leads nowhere is an error though the PATH has one', () => {
  const found = findBinary(around(['/usr/bin/docket'], { setting: '/opt/gone' }));
  assert.equal(found.found, false);
  assert.match(found.found ? '' : found.message, /"\/opt\/gone".*Correct the setting/);
});

test('a relative setting is refused: it would depend on the folder that is open', () => {
  const found = findBinary(around(['docket'], { setting: './docket' }));
  assert.match(found.found ? '' : found.message, /absolute/);
});

test('the bundled program wins over the PATH', () => {
  assert.deepEqual(findBinary(around(['/ext/server/docket', '/usr/bin/docket'])), {
    found: true,
    path: '/ext/server/docket',
    from: 'bundled',
  });
});

test('the PATH is searched in its order, and its relative entries are not', () => {
  const searched: string[] = [];
  const found = findBinary(
    around([], {
      searchPath: '.::bin:/usr/local/bin:/usr/bin',
      isExecutable: file => {
        searched.push(file);
        return file === '/usr/bin/docket';
      },
    }),
  );
  assert.deepEqual(found, { found: true, path: '/usr/bin/docket', from: 'PATH' });
  assert.deepEqual(searched, ['/ext/server/docket', '/usr/local/bin/docket', '/usr/bin/docket']);
});

test('Windows has its own separators and names', () => {
  const found = findBinary(
    around(['C:\\tools\\docket.exe'], { platform: 'win32', extension: 'C:\\ext', searchPath: 'C:\\Windows;C:\\tools' }),
  );
  assert.deepEqual(found, { found: true, path: 'C:\\tools\\docket.exe', from: 'PATH' });
});

test('where there is none the message says what to do', () => {
  const found = findBinary(around([]));
  assert.match(found.found ? '' : found.message, /Install it .* docket\.server\.path/);
});

function elf(machine: number): Uint8Array {
  const bytes = new Uint8Array(headerLength);
  bytes.set([0x7f, 0x45, 0x4c, 0x46]);
  bytes[18] = machine;
  return bytes;
}

test('a program of another machine or system is known by its first bytes', () => {
  assert.equal(foreign(elf(0x3e), 'linux', 'x64'), undefined);
  assert.equal(foreign(elf(0xb7), 'linux', 'arm64'), undefined);
  assert.match(foreign(elf(0xb7), 'linux', 'x64') ?? '', /another kind of machine/);
  assert.match(foreign(elf(0x3e), 'darwin', 'x64') ?? '', /another system/);
  assert.match(foreign(new TextEncoder().encode('MZ'), 'linux', 'x64') ?? '', /another system/);
  assert.equal(foreign(new Uint8Array([0xcf, 0xfa, 0xed, 0xfe]), 'darwin', 'arm64'), undefined);
});

test('macOS and Windows on ARM translate programs of x64, and nothing else', () => {
  const mach = (machine: number): Uint8Array => new Uint8Array([0xcf, 0xfa, 0xed, 0xfe, machine, 0, 0, 1]);
  const pe = (machine: number): Uint8Array => {
    const bytes = new Uint8Array(headerLength);
    bytes.set([0x4d, 0x5a]);
    bytes[0x3c] = 0x80;
    bytes.set([0x50, 0x45, 0, 0, machine & 0xff, machine >> 8], 0x80);
    return bytes;
  };
  for (const [x64, arm64, system] of [[mach(7), mach(12), 'darwin'], [pe(0x8664), pe(0xaa64), 'win32']] as const) {
    assert.equal(foreign(x64, system, 'x64'), undefined);
    assert.equal(foreign(arm64, system, 'arm64'), undefined);
    assert.equal(foreign(x64, system, 'arm64'), undefined);
    assert.match(foreign(arm64, system, 'x64') ?? '', /another kind of machine \(arm64\)/);
  }
  assert.equal(foreign(new Uint8Array([0xca, 0xfe, 0xba, 0xbe, 0, 0, 0, 2]), 'darwin', 'x64'), undefined, 'a program of both');
});

test('a script, and what cannot be read, is left to the system', () => {
  assert.equal(foreign(new TextEncoder().encode('#!/bin/sh'), 'linux', 'x64'), undefined);
  assert.equal(foreign(new Uint8Array(0), 'linux', 'x64'), undefined);
});
