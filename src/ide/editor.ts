// What only the console needs, in a chunk of its own.
import 'graphiql/setup-workers/vite';
import 'graphiql/style.css';

export { Console } from './console.js';
