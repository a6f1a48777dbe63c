import '../shared/theme.css';
import '../shared/tables.css';
import './mixture.css';
import { startPage } from '../shared/page.tsx';
import { Mixture } from './mixture.tsx';

startPage(<Mixture />);
