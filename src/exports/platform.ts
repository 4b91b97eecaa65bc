import type { Platform } from '../clusters/platform.js';
import type { ExportFiles } from './files.js';

/** What exports and imports are made with. */
export interface ExportPlatform extends Platform {
  readonly exportFiles: ExportFiles;
}
