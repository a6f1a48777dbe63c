import { basename, dirname, join, parse } from 'node:path';
import { readSplitLists } from '../bench/split-lists.ts';
import { listFiles } from '../collections/files.ts';

const LIST = 'train_tasks.txt';

/**
 * The folder with a collection's published split: both `train_tasks.txt` and `test_tasks.txt` lie there and
 * they name tasks of the collection, as those of Super-NaturalInstructions do. Where there are several, the
 * one called `default`, else the first. Paths are absolute; nothing outside `within` is looked at.
 */
export async function publishedSplit(path: string, within: string): Promise<string | undefined> {
  const { files } = await listFiles(path, (name) => name.endsWith('.json') || basename(name) === LIST);
  const below = files.filter((file) => basename(file.path) === LIST).map((file) => join(path, file.path));
  // The lists may lie beside the folder of the tasks.
  const above =
    path === within ? [] : ['splits/default', 'splits', ''].map((at) => join(path, '..', at, LIST));
  const folders = [...below, ...above].map((list) => dirname(list));
  const named = folders.filter((folder) => {
    const lists = readSplitLists(folder, '.');
    const both = ['train', 'test'].every((name) => lists?.files.some((list) => list.name === name));
    return both && files.some((file) => lists!.placesOf(parse(file.path).name).length > 0);
  });
  return named.find((folder) => basename(folder) === 'default') ?? named[0];
}
