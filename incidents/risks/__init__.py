"""Where risks and cases meet: who sees a draft that cases opened, the words of causes, and the pages' views. The risks
themselves and all that moves them are a floor below (`risk/register`)."""
