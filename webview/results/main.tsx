import '../shared/theme.css';
import '../shared/tables.css';
import '../shared/chart/chart.css';
import './results.css';
import { startPage } from '../shared/page.tsx';
import { Results } from './results.tsx';

startPage(<Results />);
