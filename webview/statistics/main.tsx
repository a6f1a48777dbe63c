import '../shared/theme.css';
import '../shared/tables.css';
import './statistics.css';
import { startPage } from '../shared/page.tsx';
import { Statistics } from './statistics.tsx';

startPage(<Statistics />);
