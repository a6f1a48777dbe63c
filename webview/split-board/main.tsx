import '../shared/theme.css';
import '../shared/tables.css';
import './split-board.css';
import { startPage } from '../shared/page.tsx';
import { SplitBoardPage } from './split-board.tsx';

startPage(<SplitBoardPage />);
