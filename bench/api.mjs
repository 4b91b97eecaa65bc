import { createClient } from 'graphql-ws';
import WebSocket from 'ws';

/** The public API, as any client uses it. */
export class Api {
  /** @param {string} url @param {string} token */
  constructor(url, token) {
    this.url = url;
    this.headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    this.socket = createClient({
      url: `${url.replace(/^http/, 'ws')}/graphql`,
      webSocketImpl: WebSocket,
      connectionParams: { authorization: `Bearer ${token}` },
      lazy: false,
      retryAttempts: 0,
      onNonLazyError: () => undefined,
    });
  }

  /** @param {string} query @param {Record<string, unknown>} variables */
  async ask(query, variables = {}) {
    const body = JSON.stringify({ query, variables });
    const response = await fetch(`${this.url}/graphql`, { method: 'POST', headers: this.headers, body });
    const { data, errors } = await response.json();
    if (errors !== undefined) throw new Error(JSON.stringify(errors));
    return data;
  }

  /** A PostgreSQL; the version that the local provider carries unless told otherwise. */
  async datastore({ version = '17', image = 'local' } = {}) {
    const { registerDatastore } = await this.ask(
      'mutation ($input: RegisterDatastoreInput!) { registerDatastore(input: $input) { id } }',
      { input: { manager: 'postgres', version, image } },
    );
    return registerDatastore.id;
  }

  /** @param {{ name: string, datastoreId: string, size: number }} input */
  async createCluster(input) {
    const { createCluster } = await this.ask(
      `mutation ($input: CreateClusterInput!) {
        createCluster(input: $input) { cluster { id } operation { id } credentials { username password database } }
      }`,
      { input },
    );
    return createCluster;
  }

  /** Follows an operation to its end, live. Throws unless it succeeded. @param {string} id */
  async succeeded(id) {
    const query = `subscription ($id: ID!) { operationProgress(id: $id) { operation { status error { message } } } }`;
    let last;
    for await (const { data } of this.socket.iterate({ query, variables: { id } })) {
      last = data.operationProgress.operation;
      // Not the end of the stream: the event is what tells a client.
      if (last.status === 'SUCCEEDED') return;
    }
    throw new Error(`the operation ${id} did not succeed: ${JSON.stringify(last)}`);
  }

  /** @param {string} id */
  async ports(id) {
    const { cluster } = await this.ask('query ($id: ID!) { cluster(id: $id) { endpoints { role host port } } }', {
      id,
    });
    return cluster.endpoints;
  }

  /** @param {string} id */
  async steps(id) {
    const { operation } = await this.ask(
      `query ($id: ID!) { operation(id: $id) {
        createdAt startedAt finishedAt steps { name startedAt finishedAt instance { name } }
      } }`,
      { id },
    );
    return operation;
  }

  /** @param {string} id */
  async deleteCluster(id) {
    const { deleteCluster } = await this.ask('mutation ($id: ID!) { deleteCluster(id: $id) { operation { id } } }', {
      id,
    });
    await this.succeeded(deleteCluster.operation.id);
  }

  async close() {
    await this.socket.dispose();
  }
}
