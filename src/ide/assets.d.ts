// vite/client knows the other kinds of files.
declare module '*.css';
