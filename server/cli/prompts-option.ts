import { Option } from 'commander';
import { promptStyle } from '../protocol.ts';

/** `cot`: each task's published chain-of-thought prompt, in place of its templates. */
export function promptsOption(): Option {
  return new Option('--prompts <style>', 'cot: the published chain-of-thought prompts of BBH and GSM8K')
    .choices(promptStyle.options)
    .default('plain');
}
