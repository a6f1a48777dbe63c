import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAside } from '../../base/files.ts';

/** What a person on another machine asks of a job: signals don't reach its supervisor from there. */
export function requestFile(folder: string): string {
  return join(folder, 'request');
}

export function writeRequest(folder: string, asked: 'stop' | 'kill'): void {
  writeFileAside(requestFile(folder), asked);
}

export function readRequest(folder: string): 'stop' | 'kill' | undefined {
  try {
    const asked = readFileSync(requestFile(folder), 'utf8');
    return asked === 'stop' || asked === 'kill' ? asked : undefined;
  } catch {
    return undefined;
  }
}
