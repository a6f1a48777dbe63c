import '../shared/theme.css';
import '../shared/tables.css';
import '../shared/chart/chart.css';
import './run.css';
import { startPage } from '../shared/page.tsx';
import { Run } from './run.tsx';

startPage(<Run />);
