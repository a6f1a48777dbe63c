import { execFileSync } from 'node:child_process';
import { userInfo } from 'node:os';

/** Who decides here: `Name <address>` as git knows it in the bench's folder, or else the system's user. */
export function reviewerOf(root: string): string {
  const name = gitConfig(root, 'user.name');
  const address = gitConfig(root, 'user.email');
  if (name && address) return `${name} <${address}>`;
  return name ?? address ?? systemUser();
}

function gitConfig(root: string, key: string): string | undefined {
  try {
    const value = execFileSync('git', ['config', '--get', key], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 5000,
    });
    return value.trim() || undefined;
  } catch {
    // No git, or the key is not set: both mean that git doesn't know.
    return undefined;
  }
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    // A user id without a name, as in some containers.
    return process.env.USER ?? 'unknown';
  }
}
