/** Start of the console. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Console } from './shell/console';
import './shell/shell.css';

const root = document.getElementById('root');
if (root === null) throw new Error('no element to render into');
createRoot(root).render(
  <StrictMode>
    <Console />
  </StrictMode>,
);
