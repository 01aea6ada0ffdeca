// Turns what was dropped or chosen into ZIP archives, folders and single files.

export interface PlacedFile {
  path: string;
  file: File;
}

export interface Gathered {
  archives: File[];
  folders: Map<string, PlacedFile[]>;
  files: File[];
}

export async function gatherDropped(items: DataTransferItemList): Promise<Gathered> {
  // The list is emptied as soon as the event ends, so every entry is taken before anything is awaited.
  // What another program's script drops has no entry, only a file.
  const taken = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  const gathered = nothing();
  for (const entry of taken) {
    if (entry instanceof File) place(gathered, { path: entry.name, file: entry });
    else if (entry) for await (const placed of walk(entry)) place(gathered, placed);
  }
  return gathered;
}

export function gatherChosen(files: FileList): Gathered {
  const gathered = nothing();
  for (const file of files) place(gathered, { path: file.webkitRelativePath || file.name, file });
  return gathered;
}

function nothing(): Gathered {
  return { archives: [], folders: new Map(), files: [] };
}

function place(gathered: Gathered, placed: PlacedFile): void {
  const slash = placed.path.indexOf("/");
  if (/\.zip$/i.test(placed.path)) {
    gathered.archives.push(placed.file);
  } else if (slash < 0) {
    gathered.files.push(placed.file);
  } else {
    const folder = placed.path.slice(0, slash);
    const members = gathered.folders.get(folder) ?? [];
    members.push({ path: placed.path.slice(slash + 1), file: placed.file });
    gathered.folders.set(folder, members);
  }
}

async function* walk(entry: FileSystemEntry): AsyncGenerator<PlacedFile> {
  if (isFile(entry)) {
    const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
    yield { path: entry.fullPath.replace(/^\//, ""), file };
  } else if (isFolder(entry)) {
    for await (const child of children(entry)) yield* walk(child);
  }
}

// The classes of entries have no names in Chromium that could be asked for.
function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isFolder(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

async function* children(folder: FileSystemDirectoryEntry): AsyncGenerator<FileSystemEntry> {
  const reader = folder.createReader();
  const batch = () => new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
  // A reader gives about a hundred entries at a time, and an empty batch at the end.
  for (let entries = await batch(); entries.length > 0; entries = await batch()) yield* entries;
}
