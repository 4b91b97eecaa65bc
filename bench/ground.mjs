import { distribution, serviceUser, toolbox } from './product.mjs';

/**
 * @typedef {object} Ground The programs of the local provider, and whom they run as.
 * @property {{ uid: number, gid: number, name: string } | null} user null: ourselves.
 * @property {string} version Major version of PostgreSQL.
 * @property {string} path PATH of a server's commands.
 */

/** @param {string} dataDir @returns {Promise<Ground>} */
export async function makeGround(dataDir) {
  const user = await serviceUser();
  const { binDir, major } = await distribution(dataDir, user);
  const tools = await toolbox(dataDir, user);
  const path = [tools, binDir, '/usr/local/bin', '/usr/bin', '/bin', '/usr/sbin', '/sbin'].join(':');
  return { user, version: major, path };
}
