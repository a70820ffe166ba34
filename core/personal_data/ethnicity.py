"""A person's ethnicity in running text, told apart from the words of the programme.

“张三，蒙古族” or “民族：汉” says something about a person; 民族团结, 蒙古族文化, 各族群众 do not: a
people is only looked for beside a name, a sex, a pronoun or the label of a form.
"""

import re
from collections.abc import Iterable

# GB/T 3304-1991, longer names first.
PEOPLES = (
    "柯尔克孜|乌孜别克|维吾尔|哈萨克|达斡尔|塔吉克|俄罗斯|鄂温克|塔塔尔|鄂伦春|蒙古|布依|朝鲜|土家|"
    "哈尼|傈僳|高山|拉祜|东乡|纳西|景颇|仫佬|布朗|撒拉|毛南|仡佬|锡伯|阿昌|普米|德昂|保安|裕固|独龙|"
    "赫哲|门巴|珞巴|基诺|汉|回|藏|苗|彝|壮|满|侗|瑶|白|傣|黎|佤|畲|水|土|羌|怒|京"
)
PEOPLE = rf"(?P<found>(?:{PEOPLES})族)"
# Nothing may follow that would make the people a subject of its own (蒙古族文化, 汉族聚居).
END = r"(?=$|[\s，,。；;、）)】/\d]|人(?![口民大数]))"
START = (
    r"(?:(?<![一-龥])|(?<=同志)|(?<=书记)|(?<=主任)|(?<=党员)|(?<=村民)|(?<=姓名)|(?<=由)|(?<=请)"
    r"|(?<=联系人)|(?<=联络员)|(?<=负责人)|(?<=讲解员)|(?<=宣讲员)|(?<=主讲人)|(?<=代表)|(?<=居民))"
)
GAP = r"[，,、/（( \u3000]{1,2}"
SURNAMES = (
    "欧阳|司马|上官|诸葛|[王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾萧肖田董袁"
    "潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶"
    "黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤包鲍敖佟鄂康乔齐辛关温柴梅葛安常柳邢兰岳聂庞苗申单佘翟]"
)
# What Mongolian names are written with in Chinese (巴特尔, 乌兰图雅, 斯琴高娃).
MONGOLIAN = (
    "[阿巴特尔乌兰图雅斯琴高娃其木格宝音德力根那仁苏日达拉哈布和青白满都呼"
    "吉孟克朝鲁额敦娜敖登萨如海塔毕勒赛罕陶]"
)
HAN_NAME = rf"(?:{SURNAMES})[一-龥]{{1,2}}"
NAME = rf"(?P<name>{HAN_NAME}|{MONGOLIAN}{{2,5}})"
ROLES = (
    "干部|党员|村民|居民|牧民|农民|学生|教师|老师|职工|青年|妇女|老人|小伙|姑娘|同志|医生|护士|委员|"
    "歌手|演员|模范|代表"
)
LINK = "(?:是|系|为|属)"

PATTERNS = tuple(
    map(
        re.compile,
        (
            # 民族：蒙古族
            rf"(?:民族成[份分]|民族|族别|族属)[ \u3000]*[:：][ \u3000]*"
            rf"(?P<found>(?:{PEOPLES})族?){END}",
            # 男，蒙古族 and 蒙古族，男
            rf"[男女]性?{GAP}{PEOPLE}{END}",
            rf"{PEOPLE}{GAP}[男女](?=$|[\s，,。；;、）)])",
            # 张三，蒙古族 and 张三（蒙古族）
            rf"{START}{NAME}{GAP}{PEOPLE}{END}",
            # 他是蒙古族, 张三系汉族
            rf"(?:[他她我]|本人){LINK}?{PEOPLE}{END}",
            rf"{START}{NAME}{LINK}{PEOPLE}{END}",
            # 蒙古族党员张三
            rf"{PEOPLE}(?:{ROLES})(?P<name>(?:{SURNAMES})[一-龥]{{1,2}}?|{MONGOLIAN}{{2,5}})"
            r"(?=$|[\s，,。；;、）)和与同说家的])",
        ),
    )
)
# Looks like a name by its characters and is none: a people, a place, an office, a plain word.
NO_NAME = re.compile(
    "高度|高兴|高速|高原|安全|安康|和谐|平安|方面|方式|方案|方法|马上|马头琴|万众|关心|关于|关爱|常年|温暖|"
    "金融|包括|包含|任务|任何|于是|石榴|龙头|江山|向导|向往|"
    "[族镇乡村旗县市区委局办院校所站室园场社道]$|苏木$|嘎查$"
)


def mentions(text: str) -> Iterable[tuple[int, int]]:
    """Spans of the names of peoples that are said of a person."""
    for pattern in PATTERNS:
        for match in pattern.finditer(text):
            if not NO_NAME.search(match.groupdict().get("name") or ""):
                yield match.span("found")
