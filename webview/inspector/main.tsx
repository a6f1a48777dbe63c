import '../shared/theme.css';
import '../shared/segments.css';
import './inspector.css';
import { startPage } from '../shared/page.tsx';
import { Inspector } from './inspector.tsx';

startPage(<Inspector />);
